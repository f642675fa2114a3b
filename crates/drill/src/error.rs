//! What can keep an origin or a load from starting.

use std::fmt;
use std::io;
use std::net::SocketAddr;

/// Why an origin or a load could not start.
#[derive(Debug)]
pub enum Error {
    /// A value of the specification cannot mean anything.
    Spec {
        /// The value and what is wrong with it.
        what: String,
        /// What to write instead.
        hint: &'static str,
    },
    /// A balancer does not start, or does not do what it is told.
    Balancer {
        /// What it does.
        what: String,
        /// What to do about it; may be empty.
        hint: &'static str,
    },
    /// The address cannot be listened on.
    Bind {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

impl Error {
    pub(crate) fn spec(what: impl Into<String>, hint: &'static str) -> Error {
        Error::Spec { what: what.into(), hint }
    }
}

impl Error {
    pub(crate) fn balancer(what: String, hint: &'static str) -> Error {
        Error::Balancer { what, hint }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Balancer { what, hint: "" } => f.write_str(what),
            Error::Spec { what, hint } | Error::Balancer { what, hint } => {
                write!(f, "{what}\n  hint: {hint}")
            }
            Error::Bind { address, source } => {
                write!(f, "cannot listen on {address}: {source}")?;
                match source.kind() {
                    io::ErrorKind::AddrInUse => f.write_str(
                        "\n  hint: another program has this port; port 0 takes a free one",
                    ),
                    _ => Ok(()),
                }
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Spec { .. } | Error::Balancer { .. } => None,
            Error::Bind { source, .. } => Some(source),
        }
    }
}
