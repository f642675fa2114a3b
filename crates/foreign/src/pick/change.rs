//! What happens to servers and at them while a balancer runs.

/// What happens to a server while a balancer runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It takes requests again.
    Up,
    /// It takes none: its checks fail, or somebody disabled it.
    Down,
    /// Its weight is another one from now on, in the units of the configuration.
    Weight(u32),
}

/// How a request ended at a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It answered, whatever it said.
    Answered,
    /// It did not, or what it said counts as a failure.
    Failed,
}
