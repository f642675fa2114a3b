//! A pool as it is, and as it was before.

use foreign::pick::Request;

use super::batch::{Cookie, Entry};
use super::past::{Past, Was};
use super::play::{Play, Prior, Span, Step};
use super::pool::{Persistence, Pool};
use super::prediction::{PoolChange, PoolPrediction};
use super::sessions::NOBODY;

/// A pool, and what it was before.
pub(super) struct Pair {
    pub(super) now: Play,
    pub(super) before: Option<Before>,
}

/// The pool of before.
pub(super) struct Before {
    /// Its place among those of before.
    pub(super) place: u16,
    /// The server of now that each one of before is.
    same: Vec<Option<usize>>,
    moved: u64,
    begun: u64,
}

impl Pair {
    /// Plays a request; `was` says where the configuration from before sends it.
    pub(super) fn step(
        &mut self,
        entry: &Entry,
        request: &Request<'_>,
        span: Span<'_>,
        was: Option<Was>,
    ) -> Step {
        let Some(before) = &mut self.before else {
            let logged = (entry.server != NOBODY).then_some(usize::from(entry.server));
            let pool = &self.now.pool;
            let named = match &pool.persistence {
                Persistence::Cookie { name, .. } => {
                    request.cookie(name).find_map(|value| pool.of_cookie(value))
                }
                _ => None,
            };
            let by_log = logged.filter(|_| entry.cookie == Cookie::Valid);
            let prior = match named.or(by_log) {
                Some(server) => Prior::Named(server),
                None => logged.map_or(Prior::Unknown, Prior::Had),
            };
            return self.now.step(entry, request, span, prior);
        };
        let prior = was.and_then(|was| before.same(was));
        let had = prior.map_or(Prior::Unknown, Prior::Had);
        let step = self.now.step(entry, request, span, had);
        // Who had no pool before goes nowhere else now.
        if step.begins && was.is_some() {
            before.begun += 1;
            before.moved += u64::from(step.fresh != prior);
        }
        step
    }
}

impl Before {
    /// The pool of this place among those of before.
    pub(super) fn new(place: u16, old: &Pool, now: &Pool) -> Before {
        let same = old.members.iter().map(|member| now.named(member.name.as_bytes())).collect();
        Before { place, same, moved: 0, begun: 0 }
    }

    /// The server of now that a request had.
    fn same(&self, was: Was) -> Option<usize> {
        let server = was.server.filter(|_| was.pool == self.place)?;
        self.same.get(server).copied().flatten()
    }

    pub(super) fn conclude(self, past: &Past, now: &PoolPrediction) -> PoolChange {
        let mut servers: Vec<(String, f64, f64)> = Vec::new();
        if let Some(play) = past.play(self.place) {
            let old = play.pool.members.iter().zip(play.shares());
            servers.extend(old.map(|(member, share)| (member.name.clone(), share, 0.0)));
        }
        for server in &now.servers {
            match servers.iter_mut().find(|(name, ..)| *name == server.name) {
                Some(known) => known.2 = server.share_new,
                None => servers.push((server.name.clone(), 0.0, server.share_new)),
            }
        }
        let moved_share = self.moved as f64 / self.begun.max(1) as f64;
        PoolChange { moved_share, moved_sessions: self.moved, servers }
    }
}
