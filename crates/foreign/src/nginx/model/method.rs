//! How an upstream chooses a server.

use crate::nginx::syntax::Directive;

/// A balancing method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// Smooth weighted round robin.
    RoundRobin,
    /// By the client's address: of IPv4 its first three octets.
    IpHash,
    /// By a key.
    Hash {
        /// The key, with its variables.
        key: String,
        /// On a ring, so that few keys move when a server leaves.
        consistent: bool,
    },
    /// The fewest connections for its weight.
    LeastConn,
    /// At random by weight.
    Random {
        /// Of two that are drawn the better one, by this measure; absent: one is drawn.
        two: Option<String>,
    },
    /// The shortest time to answer.
    LeastTime {
        /// `header`, `first_byte`, `last_byte`, with `inflight` or not.
        args: Vec<String>,
    },
    /// A method of a module that is not nginx's own.
    Other {
        /// The directive.
        name: String,
        /// What stands behind it.
        args: Vec<String>,
    },
}

impl Method {
    /// Reads a directive of an upstream; nothing where it is no method.
    pub(super) fn read(directive: &Directive) -> Option<Method> {
        let args = || directive.args.iter().map(|word| word.text.clone()).collect::<Vec<_>>();
        Some(match directive.name.text.as_str() {
            "ip_hash" => Method::IpHash,
            "least_conn" => Method::LeastConn,
            "hash" => Method::Hash {
                key: directive.arg(0).unwrap_or("").to_owned(),
                consistent: directive.arg(1) == Some("consistent"),
            },
            "random" => Method::Random {
                two: (directive.arg(0) == Some("two"))
                    .then(|| directive.arg(1).unwrap_or("least_conn").to_owned()),
            },
            "least_time" => Method::LeastTime { args: args() },
            name if name == "fair" || name.starts_with("balancer_by_lua") => {
                Method::Other { name: name.to_owned(), args: args() }
            }
            name @ ("consistent_hash" | "vnswrr" | "session_sticky" | "upstream_fair") => {
                Method::Other { name: name.to_owned(), args: args() }
            }
            _ => return None,
        })
    }

    /// As it is written in a configuration.
    pub fn name(&self) -> &str {
        match self {
            Method::RoundRobin => "round robin",
            Method::IpHash => "ip_hash",
            Method::Hash { .. } => "hash",
            Method::LeastConn => "least_conn",
            Method::Random { .. } => "random",
            Method::LeastTime { .. } => "least_time",
            Method::Other { name, .. } => name,
        }
    }
}

/// What keeps a session on its server, whatever the method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sticky {
    /// `cookie`, `route` or `learn`; of a module that is not nginx's own, whatever stands there.
    pub kind: String,
    /// What stands behind it.
    pub args: Vec<String>,
}

impl Sticky {
    pub(super) fn read(directive: &Directive) -> Sticky {
        let mut args = directive.args.iter().map(|word| word.text.clone());
        Sticky { kind: args.next().unwrap_or_default(), args: args.collect() }
    }
}
