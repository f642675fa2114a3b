//! What happens to the world while it runs.

use evenness::diagnosis::Limits;

/// How a server behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mode {
    /// Serves.
    Well,
    /// Serves, but this share of the answers are errors (0 to 1).
    Errors(f64),
    /// Answers 503 after so many nanoseconds, without taking a slot.
    FailsFast(u64),
    /// Takes requests and never answers.
    Hangs,
    /// Refuses connections; what it was serving breaks off.
    Dead,
}

/// One of several who take turns: the `nth` of every `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Position, from 0.
    pub nth: usize,
    /// How many there are; at least 1.
    pub of: usize,
}

impl Turn {
    /// Whose turn it is among so many.
    pub fn of(self, count: usize) -> impl Iterator<Item = usize> {
        (self.nth..count).step_by(self.of.max(1))
    }
}

/// Something that happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A server begins to behave otherwise.
    Mode {
        /// Its position.
        server: usize,
        /// From now on.
        mode: Mode,
    },
    /// A server becomes this many times slower than full speed.
    Slowness {
        /// Its position.
        server: usize,
        /// Factor on every demand; above 0.
        factor: f64,
    },
    /// Weights are set, one per server: a script has run.
    Weights(Vec<f64>),
    /// A server's probe begins to fail or to succeed.
    Probe {
        /// Its position.
        server: usize,
        /// It fails.
        down: bool,
    },
    /// The balancers load their configuration again.
    Reload,
    /// The balancer measures that so much of its own limits is used. The world goes on as before.
    Limit(Limits),
    /// Users hold the cookie of one server: persistence has collapsed on it.
    Stick {
        /// Its position.
        server: usize,
        /// Part of the users, the most active ones first.
        share: f64,
        /// Which of these, where several servers take turns.
        turn: Turn,
        /// All hold one and the same session, else each its own.
        one_session: bool,
    },
}
