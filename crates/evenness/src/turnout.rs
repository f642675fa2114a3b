//! Who asked in a window, in a form that adds up: sketches of clients, and the busiest names.

use std::sync::Arc;

use crate::ranking::Ranking;
use crate::sketch::Headcount;

/// Part of a window's time of which it must be known who asked, for its numbers to be of all.
const COVERED: f64 = 0.99;

/// Who asked. In fixed memory, some 4 KB at most.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Turnout {
    /// Time of which it is known, seconds.
    pub length_s: f64,
    /// All clients.
    pub all: Headcount,
    /// Clients heard that are new, see [`Seen`](crate::Seen). Where a worker gets more requests
    /// than it listens to, it does not hear of all.
    pub new: Headcount,
    /// Σ over seconds of new clients heard.
    pub new_heard: f64,
    /// Σ over seconds of new clients that there were, by the part of those who were heard.
    pub new_there: f64,
    /// The busiest clients ([`client_key`](crate::client_key)).
    pub clients: Ranking<u64>,
    /// Paths asked for most, without query and cut.
    pub paths: Ranking<Arc<str>>,
    /// User agents that asked most, cut.
    pub agents: Ranking<Arc<str>>,
}

impl Turnout {
    /// Adds another stretch of time.
    pub fn add(&mut self, other: &Turnout) {
        self.length_s += other.length_s;
        self.all.merge(&other.all);
        self.new.merge(&other.new);
        self.new_heard += other.new_heard;
        self.new_there += other.new_there;
        self.clients.add(&other.clients);
        self.paths.add(&other.paths);
        self.agents.add(&other.agents);
    }

    /// Of a stretch of which only this part of the time counts: who was there can have been there
    /// then, and the busiest sent their part of the requests.
    pub fn scale(&mut self, part: f64) {
        self.clients.scale(part);
        self.paths.scale(part);
        self.agents.scale(part);
    }

    /// Different clients of so long a window; `None` where it is not known of all of it.
    pub(crate) fn distinct(&self, length_s: f64) -> Option<f64> {
        (length_s > 0.0 && self.length_s >= COVERED * length_s).then(|| self.all.estimate())
    }

    /// New ones among them.
    pub(crate) fn new_clients(&self, length_s: f64) -> Option<f64> {
        let all = self.distinct(length_s)?;
        let unheard = if self.new_heard > 0.0 { self.new_there / self.new_heard } else { 1.0 };
        Some((self.new.estimate() * unheard.max(1.0)).min(all))
    }
}
