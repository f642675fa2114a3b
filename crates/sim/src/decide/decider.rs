//! What a balancer is asked, and what it answers.

use balance::{Claims, Hold, Lease};

use crate::change::Change;
use crate::report::Learned;
use crate::server::Server;
use crate::witness::Standing;

/// What a user's browser holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Ours.
    Claims(Claims),
    /// The name of a server, as most balancers write it.
    Server(u16),
}

impl Cookie {
    /// The position of the server that it asks for, among those with these ids.
    pub(crate) fn server(self, ids: &[u64]) -> Option<usize> {
        match self {
            Cookie::Claims(claims) => ids.iter().position(|&id| id == claims.endpoint),
            Cookie::Server(server) => Some(server.into()),
        }
    }
}

/// What is asked for one attempt of a request.
#[derive(Debug)]
pub(crate) struct Question<'w> {
    /// The user's address: the hash key of those who hash it.
    pub(crate) address: u32,
    /// The user's cookie.
    pub(crate) cookie: Option<Cookie>,
    /// Work on an idle server of full speed; only an ideal may look.
    pub(crate) demand_ns: u64,
    /// Positions of the servers tried before.
    pub(crate) tried: &'w [u16],
    /// When it asked first, where it was told to wait.
    pub(crate) since_ns: Option<u64>,
    /// The servers themselves; only an ideal may look.
    pub(crate) servers: &'w [Server],
    /// The time.
    pub(crate) now_ns: u64,
}

/// An answer to a question.
#[derive(Debug)]
pub(crate) enum Decision {
    /// This server.
    Place {
        /// Its position.
        server: usize,
        /// The real pool's place, where it decided.
        lease: Option<Lease>,
        /// The cookie that comes with the answer.
        cookie: Option<Cookie>,
    },
    /// All are full: ask again when one has ended.
    Wait,
    /// The real pool's: wait in the line before one server.
    Hold(Hold),
    /// There is nobody.
    Refuse,
}

impl Decision {
    /// A server, by somebody who keeps no account in it.
    pub(crate) fn place(server: usize) -> Self {
        Decision::Place { server, lease: None, cookie: None }
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    /// Which server.
    pub(crate) server: usize,
    /// Requests that were present there when it was sent.
    pub(crate) met: u32,
    /// From the decision to the answer.
    pub(crate) latency_ns: u64,
}

/// Places attempts: one balancer.
pub(crate) trait Decider {
    /// Decides.
    fn pick(&mut self, question: &Question<'_>) -> Decision;
    /// A cookie has decided already: the request counts all the same.
    fn pinned(&mut self, _server: usize) {}
    /// Hears of an attempt's end; the real pool hears by its lease.
    fn answered(&mut self, _answer: &Answer, _now_ns: u64) {}
    /// Whether a failed attempt may be followed by another.
    fn may_retry(&mut self) -> bool {
        true
    }
    /// What it has found out about the servers, where it finds out anything.
    fn learned(&self) -> Option<Learned> {
        None
    }
    /// How it sees each of so many servers: all alike, where it does not tell.
    fn standing(&self, servers: usize) -> Vec<Standing> {
        vec![Standing { usable: true, intended: 1.0 / servers.max(1) as f64 }; servers]
    }
    /// Fifty times a second.
    fn tick(&mut self, _servers: &[Server], _now_ns: u64) {}
    /// Weights and probes, and what else balancers are told.
    fn change(&mut self, _change: &Change, _now_ns: u64) {}
    /// The cookie that binds a user to a server, where there are such cookies.
    fn cookie_for(&self, _server: usize, _session: u64, _now_ns: u64) -> Option<Cookie> {
        None
    }
}
