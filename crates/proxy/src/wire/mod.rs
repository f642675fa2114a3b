//! The wire: how requests and responses look as bytes. HTTP/1.1 today.

pub(crate) mod http1;
