//! By what a scenario's users are told apart, and kept with a server.

use config::HashSource;
use sim::Script;

/// Each user of a drill holds a cookie of this name with their number, as of a site that one
/// signs in to.
pub(super) const USER_COOKIE: &str = "user";

/// What a balancer that hashes users hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// The user's own cookie.
    Cookie,
    /// The client's address.
    Address,
}

/// The key of those who hash; `None`: nobody is kept anywhere.
pub(super) fn key(script: &Script) -> Option<Key> {
    let hash = script.settings.hash.as_ref();
    if script.settings.affinity.is_none() && hash.is_none() {
        return None;
    }
    // Whoever hashes where users share addresses is there to see what comes of it.
    let shared = !script.scenario.traffic.nats.is_empty();
    let by_client = hash.is_some_and(|hash| hash.by == HashSource::Client);
    Some(if shared || by_client { Key::Address } else { Key::Cookie })
}

/// Whether a cookie of the balancer's keeps users.
pub(super) fn by_cookie(script: &Script) -> bool {
    script.settings.affinity.is_some()
}
