//! What happens to a server while a balancer runs.

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
