//! Where requests are passed on, and to whom that leads.

use std::sync::Arc;

use super::address::Address;
use super::config::Kind;
use super::trying::Trying;
use crate::placed::Placed;
use crate::source::Span;

use super::real_ip::RealIp;

/// A `proxy_pass`, or one of its kin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// Which of them.
    pub family: Family,
    /// Whether it is one of `http` or of `stream`.
    pub kind: Kind,
    /// Where it leads, as written.
    pub written: Placed<String>,
    /// The server in which it stands: a number of the configuration's servers.
    pub server: usize,
    /// The blocks inside the server in which it stands, the outermost first.
    pub within: Vec<Within>,
    /// All that it may lead to.
    pub ends: Vec<End>,
    /// Whether there are more ends than are listed.
    pub more: bool,
    /// How it tries.
    pub trying: Trying,
    /// Whose word is taken for the client's address there.
    pub real_ip: Arc<RealIp>,
    /// The version of HTTP spoken to servers, where it was written.
    pub http_version: Option<Placed<String>>,
}

/// The protocol spoken to servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// `proxy_pass`
    Proxy,
    /// `fastcgi_pass`
    Fastcgi,
    /// `uwsgi_pass`
    Uwsgi,
    /// `scgi_pass`
    Scgi,
    /// `grpc_pass`
    Grpc,
    /// `memcached_pass`
    Memcached,
}

impl Family {
    /// Of a directive's name.
    pub(super) fn of(name: &str) -> Option<Family> {
        Some(match name {
            "proxy_pass" => Family::Proxy,
            "fastcgi_pass" => Family::Fastcgi,
            "uwsgi_pass" => Family::Uwsgi,
            "scgi_pass" => Family::Scgi,
            "grpc_pass" => Family::Grpc,
            "memcached_pass" => Family::Memcached,
            _ => return None,
        })
    }

    /// What the names of its directives begin with.
    pub fn prefix(self) -> &'static str {
        match self {
            Family::Proxy => "proxy",
            Family::Fastcgi => "fastcgi",
            Family::Uwsgi => "uwsgi",
            Family::Scgi => "scgi",
            Family::Grpc => "grpc",
            Family::Memcached => "memcached",
        }
    }
}

/// A block around a directive: `location`, `if`, `limit_except`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    /// The block's name.
    pub name: String,
    /// Its arguments, with a space between them.
    pub args: String,
    /// Its name and arguments.
    pub span: Span,
}

/// One thing that a pass may lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// What it leads to.
    pub target: Target,
    /// Over which variables' values, in the order of their use.
    pub over: Vec<Step>,
}

/// What a pass leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An upstream: a number of the configuration's upstreams.
    Upstream(usize),
    /// A server that is in no upstream.
    Address(Address),
    /// What cannot be said from the configuration alone.
    Unknown(String),
}

/// How a variable came to its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A value of a `map`: its number among the configuration's maps, and the entry's.
    Map(usize, usize),
    /// A value of a `geo`.
    Geo(usize, usize),
    /// A part of a `split_clients`.
    Split(usize, usize),
    /// A `set`, wherever it stands in the server.
    Set(Span),
}
