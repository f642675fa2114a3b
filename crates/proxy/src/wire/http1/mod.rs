//! HTTP/1.0 and HTTP/1.1 (RFC 9112), generic over the byte stream.

mod answering;
mod body;
mod connection;
#[cfg(test)]
mod differential;
mod fields;
mod flow;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod properties;
mod refusal;
mod request;
mod response;
mod rewrite;
mod sending;
mod transaction;
mod tunnel;

pub(crate) use connection::serve;
