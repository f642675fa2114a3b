//! `no` and `default` in front of a keyword.

/// What may stand in front of a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifier {
    /// Nothing.
    Plain,
    /// `no`.
    No,
    /// `default`.
    Default,
}
