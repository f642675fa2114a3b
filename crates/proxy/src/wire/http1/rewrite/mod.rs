//! Writes the heads that leave: one pass over the fields, into one reused buffer.

mod answer;
mod caching;
mod line;
mod request;
mod response;

pub(crate) use answer::{Shape, fault};
pub(crate) use request::{Forwarding, request};
pub(crate) use response::{Toward, response, switching};

#[cfg(test)]
mod tests;
