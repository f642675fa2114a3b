//! Why the balancer could not start or take a new configuration.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why it did not start.
#[derive(Debug)]
pub enum StartError {
    /// A listener's address cannot be had.
    Listen {
        /// Name of the listener.
        listener: String,
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// The key that signs session cookies cannot be read or made.
    Secret {
        /// `server.state_dir`.
        state_dir: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The access log cannot be opened.
    AccessLog {
        /// `server.access_log`.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A thread or its runtime cannot be made.
    Thread(io::Error),
    /// A new listener wants the address that this process's admin listener has.
    AdminListens {
        /// Name of the listener.
        listener: String,
        /// The address asked for.
        address: SocketAddr,
    },
    /// It is stopping and takes no new configuration.
    Stopping,
}

/// Why a new configuration changed nothing.
pub type ApplyError = StartError;

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Listen { listener, address, error } => {
                write!(f, "listener `{listener}` cannot listen on {address}: {error}")?;
                let hint = match error.kind() {
                    io::ErrorKind::AddrInUse => {
                        "another process listens there; stop it, or choose another address"
                    }
                    io::ErrorKind::PermissionDenied => {
                        "ports below 1024 need root or CAP_NET_BIND_SERVICE"
                    }
                    io::ErrorKind::AddrNotAvailable => "no interface of this machine has it",
                    _ => return Ok(()),
                };
                write!(f, "\nhint: {hint}")
            }
            StartError::Secret { state_dir, error } => {
                let hint = match error.kind() {
                    io::ErrorKind::InvalidData => {
                        "copy it whole from a balancer that serves the same users, or remove it: \
                         a new one is made, and every session is bound anew"
                    }
                    _ => "make the directory writable, or set `server.state_dir`",
                };
                write!(
                    f,
                    "the key that signs session cookies cannot be kept in `{}`: {error}\n\
                     hint: {hint}",
                    state_dir.display()
                )
            }
            StartError::AccessLog { path, error } => write!(
                f,
                "the access log `{}` cannot be opened: {error}\n\
                 hint: create its directory, or change `server.access_log`",
                path.display()
            ),
            StartError::Thread(error) => write!(
                f,
                "a thread cannot be started: {error}\n\
                 hint: lower `server.workers`, or raise the limits of files and threads \
                 (`ulimit -a`)"
            ),
            StartError::AdminListens { listener, address } => write!(
                f,
                "listener `{listener}` cannot listen on {address}: the admin listener has it \
                 until a restart\n\
                 hint: restart the balancer, or choose another address"
            ),
            StartError::Stopping => {
                write!(f, "the balancer is stopping and takes no new configuration")
            }
        }
    }
}

impl std::error::Error for StartError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: the hint mends what is wrong. Method: a key that is too short, and one that the
    /// system refuses.
    #[test]
    fn a_bad_key_is_not_a_bad_directory() {
        let shown = |kind: io::ErrorKind| {
            let error = io::Error::new(kind, "why");
            StartError::Secret { state_dir: PathBuf::from("state"), error }.to_string()
        };
        assert!(shown(io::ErrorKind::InvalidData).contains("remove it"));
        assert!(shown(io::ErrorKind::PermissionDenied).contains("writable"));
    }
}
