//! The wire: how requests and responses look as bytes. HTTP/1.1 today.

mod downstream;
pub(crate) mod http1;

pub(crate) use downstream::Downstream;
