//! A response that was received whole.

use std::time::Instant;

use hyper::HeaderMap;

/// What a load looks at; the body itself is read and dropped as it comes.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body_bytes: u64,
    /// When the request had a connection to go out on.
    pub(super) begun: Instant,
}
