//! A cookie that names a server, before any policy: persistence as most balancers have it.

use super::{Answer, Cookie, Decider, Decision, Question};
use crate::change::Change;
use crate::server::Server;

/// Keeps users where their cookie says, unless that server is down; places the others freely.
pub(crate) struct Sticky<D> {
    free: D,
    down: Vec<bool>,
}

impl<D> Sticky<D> {
    pub(crate) fn new(free: D, servers: usize) -> Self {
        Sticky { free, down: vec![false; servers] }
    }
}

impl<D: Decider> Decider for Sticky<D> {
    fn pick(&mut self, question: &Question<'_>) -> Decision {
        if let Some(Cookie::Server(home)) = question.cookie
            && !self.down[usize::from(home)]
            && !question.tried.contains(&home)
        {
            self.free.pinned(usize::from(home));
            return Decision::place(usize::from(home));
        }
        match self.free.pick(question) {
            Decision::Place { server, lease, .. } => {
                Decision::Place { server, lease, cookie: Some(Cookie::Server(server as u16)) }
            }
            other => other,
        }
    }

    fn pinned(&mut self, server: usize) {
        self.free.pinned(server);
    }

    fn answered(&mut self, answer: &Answer, now_ns: u64) {
        self.free.answered(answer, now_ns);
    }

    fn may_retry(&mut self) -> bool {
        self.free.may_retry()
    }

    fn tick(&mut self, servers: &[Server], now_ns: u64) {
        self.free.tick(servers, now_ns);
    }

    fn change(&mut self, change: &Change, now_ns: u64) {
        if let Change::Probe { server, down } = change {
            self.down[*server] = *down;
        }
        self.free.change(change, now_ns);
    }

    fn cookie_for(&self, server: usize, _session: u64, _now_ns: u64) -> Option<Cookie> {
        Some(Cookie::Server(server as u16))
    }
}
