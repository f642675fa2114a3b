//! What is asked of a prediction.

use crate::subject::Subject;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The one pool that gets all of the log.
    pub pool: Option<&'a str>,
    /// Servers that are down.
    pub down: &'a [String],
    /// Which sessions `--each` follows.
    pub clients: Clients,
    /// How long a request takes where the log does not say, in seconds.
    pub service_s: f64,
    /// The cookie that names users; without it, what servers commonly use, addresses and programs.
    pub session: Option<&'a str>,
    /// The configuration from before.
    pub against: Option<&'a Subject>,
}

/// Whose sessions are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clients {
    /// Those that keep the server they had.
    Kept,
    /// Those that all begin anew.
    New,
}
