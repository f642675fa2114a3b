//! Pools and servers as a balancer runs them, and what is wrong with an answer.

use std::fmt;

/// A balancer that runs, as far as it tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Running {
    /// Where it was asked.
    pub source: String,
    /// The version of its program.
    pub version: Option<String>,
    /// Seconds since its process, or worker, began.
    pub uptime_s: Option<f64>,
    /// What else it says that explains a difference, each a sentence.
    pub notes: Vec<String>,
    /// Its pools.
    pub pools: Vec<Pool>,
}

/// A pool as it runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pool {
    /// Its name.
    pub name: String,
    /// It came from discovery, and from no file of the balancer's own.
    pub is_discovered: bool,
    /// Its servers.
    pub servers: Vec<Server>,
}

/// A server as it runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// Its name; its address where it has none.
    pub name: String,
    /// The host name that its address came from.
    pub host: Option<String>,
    /// Where it is; absent where the balancer does not tell, or does not know.
    pub address: Option<Address>,
    /// Its weight in force, before slow start and without regard to its health.
    pub weight: Option<f64>,
    /// The weight that the balancer was started or reloaded with, where it tells that apart.
    pub loaded: Option<f64>,
    /// What it is built for, where weights count as departures from that.
    pub capacity: Option<f64>,
    /// Whether it takes requests.
    pub state: State,
}

/// Whether a server takes requests, and who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It takes them.
    Up,
    /// By order it takes those of its own sessions alone.
    Drain,
    /// By order it takes none.
    Maintenance,
    /// Its checks, or its answers, say that it cannot.
    Down,
    /// It is a slot for which no address was found.
    Empty,
}

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An address, or a name, without brackets, and a port.
    Host(String, Option<u16>),
    /// A socket in the file system.
    Unix(String),
}

/// An answer that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which answer: the command or path that asked for it.
    pub of: &'static str,
    /// Its line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl Server {
    /// One of which nothing is known but its name.
    pub fn named(name: impl Into<String>) -> Server {
        Server {
            name: name.into(),
            host: None,
            address: None,
            weight: None,
            loaded: None,
            capacity: None,
            state: State::Up,
        }
    }
}

impl Address {
    /// Reads `host:port`, `[host]:port`, a host alone, or `unix:path`; nothing where it is none.
    pub fn read(text: &str) -> Option<Address> {
        if let Some(path) = text.strip_prefix("unix:").or(text.starts_with('/').then_some(text)) {
            return (!path.is_empty()).then(|| Address::Unix(path.to_owned()));
        }
        let bracketed = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (host, port) = match (bracketed, text.rsplit_once(':')) {
            (Some((host, "")), _) => (host, None),
            (Some((host, rest)), _) => (host, Some(rest.strip_prefix(':')?)),
            // An address of IPv6 without brackets has no port.
            (None, Some((host, _))) if host.contains(':') => (text, None),
            (None, Some((host, port))) => (host, Some(port)),
            (None, None) => (text, None),
        };
        let port = port.map(str::parse).transpose().ok()?;
        (!host.is_empty()).then(|| Address::Host(host.to_owned(), port))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Unix(path) => write!(f, "unix:{path}"),
            Address::Host(host, port) => {
                match host.contains(':') {
                    true => write!(f, "[{host}]")?,
                    false => f.write_str(host)?,
                }
                port.map_or(Ok(()), |port| write!(f, ":{port}"))
            }
        }
    }
}

impl Fault {
    pub(super) fn new(of: &'static str, line: usize, what: impl Into<String>) -> Fault {
        Fault { of, line, what: what.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} of the answer to `{}`: {}", self.line, self.of, self.what)
    }
}

impl std::error::Error for Fault {}
