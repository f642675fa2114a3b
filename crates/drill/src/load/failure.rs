//! Why a request got no whole response.

use std::fmt::Display;
use std::io;

use rustix::io::Errno;

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FailureKind {
    Connect,
    /// This machine's fault, not the target's.
    Local,
    Tls,
    Reset,
    Timeout,
    Protocol,
}

impl FailureKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            FailureKind::Connect => "connect",
            FailureKind::Local => "local",
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

    /// A connection that could not be opened, on whichever side that lies.
    pub(super) fn to_connect(error: &io::Error) -> Failure {
        const OURS: [Errno; 5] =
            [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM, Errno::ADDRNOTAVAIL];
        let is_ours = Errno::from_io_error(error).is_some_and(|errno| OURS.contains(&errno));
        let kind = if is_ours { FailureKind::Local } else { FailureKind::Connect };
        Failure::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_has_no_more_is_told_apart() {
        let check = |errno: Errno, kind: FailureKind| {
            let error = io::Error::from_raw_os_error(errno.raw_os_error());
            assert_eq!(Failure::to_connect(&error).kind, kind, "{error}");
        };
        check(Errno::CONNREFUSED, FailureKind::Connect);
        check(Errno::MFILE, FailureKind::Local);
        check(Errno::ADDRNOTAVAIL, FailureKind::Local);
    }
}
