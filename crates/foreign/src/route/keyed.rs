//! What a balancer hashes of a request, where its rules have to be followed to know it.

use super::decision::Doubt;

/// What a balancer hashes of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keyed {
    /// As [`crate::pick::Request::key`] has it; absent: the request itself tells it.
    pub key: Option<Vec<u8>>,
    /// Why the server is not certain although the pool is.
    pub doubt: Option<Doubt>,
}
