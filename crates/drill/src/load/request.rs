//! One kind of request in the mix.

use bytes::Bytes;
use hyper::Method;

/// One kind of request in the mix.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestKind {
    /// GET, HEAD, POST …
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// The user agent, where it is not the load's own.
    pub agent: Option<String>,
    /// The request's body; empty: none.
    pub body: Bytes,
    /// How often it is sent, relative to the other kinds.
    pub weight: f64,
}

impl RequestKind {
    /// A kind without a body.
    pub fn new(method: Method, path: &str, weight: f64) -> RequestKind {
        RequestKind { method, path: path.to_owned(), agent: None, body: Bytes::new(), weight }
    }
}
