//! Why a request got no whole response.

use std::fmt::Display;

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FailureKind {
    Connect,
    Tls,
    Reset,
    Timeout,
    Protocol,
}

impl FailureKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            FailureKind::Connect => "connect",
            FailureKind::Tls => "tls",
            FailureKind::Reset => "reset",
            FailureKind::Timeout => "timeout",
            FailureKind::Protocol => "protocol",
        }
    }
}

/// A failure and what was said of it.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) kind: FailureKind,
    pub(super) why: String,
}

impl Failure {
    pub(super) fn new(kind: FailureKind, why: impl Display) -> Failure {
        Failure { kind, why: why.to_string() }
    }
}
