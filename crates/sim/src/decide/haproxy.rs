//! HAProxy's `leastconn` and `random(2)`, by its own counts alone.

use balance::Rng;

use super::local::Local;
use super::{Answer, Decider, Decision, Question};
use crate::change::Change;

/// `balance leastconn`: fewest connections ÷ weight; among equals, whose count changed longest
/// ago (servers of one key stand in a queue of the tree).
pub(crate) struct LeastConn {
    local: Local,
    changed: Vec<u64>,
    clock: u64,
}

impl LeastConn {
    pub(crate) fn new(servers: usize) -> Self {
        LeastConn { local: Local::new(servers), changed: vec![0; servers], clock: 0 }
    }

    fn mark(&mut self, server: usize) {
        self.clock += 1;
        self.changed[server] = self.clock;
    }
}

impl Decider for LeastConn {
    fn pick(&mut self, question: &Question<'_>) -> Decision {
        let key = |&i: &usize| (self.local.load(i), self.changed[i]);
        let open = self.local.open(question).into_iter();
        let first =
            open.min_by(|a, b| key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal));
        let Some(server) = first else { return Decision::Refuse };
        self.pinned(server);
        Decision::place(server)
    }

    fn pinned(&mut self, server: usize) {
        self.local.take(server);
        self.mark(server);
    }

    fn answered(&mut self, answer: &Answer, _now_ns: u64) {
        self.local.give_back(answer.server);
        self.mark(answer.server);
    }

    fn change(&mut self, change: &Change, _now_ns: u64) {
        self.local.change(change);
    }
}

/// `balance random(2)`: two draws in proportion to weight, the less loaded of them.
pub(crate) struct RandomTwo {
    local: Local,
    rng: Rng,
}

impl RandomTwo {
    pub(crate) fn new(servers: usize, seed: u64) -> Self {
        RandomTwo { local: Local::new(servers), rng: Rng::new(seed) }
    }

    fn draw(&mut self, open: &[usize]) -> Option<usize> {
        let total: f64 = open.iter().map(|&i| self.local.weights[i]).sum();
        let mut point = self.rng.unit() * total;
        let found = open.iter().find(|&&i| {
            point -= self.local.weights[i];
            point < 0.0
        });
        found.or(open.last()).copied()
    }
}

impl Decider for RandomTwo {
    fn pick(&mut self, question: &Question<'_>) -> Decision {
        let open = self.local.open(question);
        let (Some(first), Some(second)) = (self.draw(&open), self.draw(&open)) else {
            return Decision::Refuse;
        };
        let second_is_less = self.local.load(second) < self.local.load(first);
        let server = if second_is_less { second } else { first };
        self.pinned(server);
        Decision::place(server)
    }

    fn pinned(&mut self, server: usize) {
        self.local.take(server);
    }

    fn answered(&mut self, answer: &Answer, _now_ns: u64) {
        self.local.give_back(answer.server);
    }

    fn change(&mut self, change: &Change, _now_ns: u64) {
        self.local.change(change);
    }
}
