//! Who asked in a second: a sample of the requests, in bounded memory.

use evenness::Distinct;

/// One request of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The client ([`evenness::client_key`]).
    pub client: u64,
    /// Hash of the path, without the query.
    pub path: u64,
    /// Hash of the user agent; 0 without one.
    pub agent: u64,
    /// The client connection that it came by.
    pub connection: u64,
    /// It brought a cookie of the site's back.
    pub followed: bool,
    /// It went for what pages consist of: a script, a style, a picture, a font.
    pub asset: bool,
    /// When, milliseconds of the process's own clock.
    pub at_ms: u64,
    /// For how many requests it stands.
    pub weight: u32,
}

/// A request that its client may repeat: it failed, or the client had no more patience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The client ([`evenness::client_key`]).
    pub client: u64,
    /// Hash of the path, without the query.
    pub path: u64,
    /// When, milliseconds of the process's own clock.
    pub at_ms: u64,
}

/// A pool's clients in a second.
#[derive(Clone, Debug, Default)]
pub struct Audience {
    /// All clients of the second, counted.
    pub distinct: Distinct,
    /// A sample of the requests.
    pub heard: Vec<Heard>,
    /// Requests that failed, the first of them.
    pub failed: Vec<Failed>,
}

impl Audience {
    /// Requests of a second that a worker keeps one by one; of those beyond, one in sixteen.
    pub const ALL_UP_TO: usize = 512;
    /// Requests, and failures, that are kept of a second at most.
    pub const KEPT_MAX: usize = 2048;

    /// Adds what another worker heard.
    pub fn add(&mut self, other: &Audience) {
        self.distinct.merge(&other.distinct);
        self.heard.extend_from_slice(&other.heard);
        self.failed.extend_from_slice(&other.failed);
    }
}
