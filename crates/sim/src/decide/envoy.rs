//! Envoy's `LEAST_REQUEST`: two choices while weights are equal, else earliest deadline first.

use balance::Rng;

use super::local::Local;
use super::{Answer, Decider, Decision, Question};
use crate::change::Change;

pub(crate) struct LeastRequest {
    local: Local,
    rng: Rng,
    /// When each server's turn is, in the schedule's own time.
    turns: Vec<f64>,
    now: f64,
}

impl LeastRequest {
    pub(crate) fn new(servers: usize, seed: u64) -> Self {
        let turns = vec![0.0; servers];
        LeastRequest { local: Local::new(servers), rng: Rng::new(seed), turns, now: 0.0 }
    }

    fn two_choices(&mut self, open: &[usize]) -> Option<usize> {
        let first = *open.get(self.rng.below(open.len()))?;
        let second = *open.get(self.rng.below(open.len()))?;
        let less = self.local.in_flight[second] < self.local.in_flight[first];
        Some(if less { second } else { first })
    }

    /// Weight ÷ (active + 1), the documented default bias of 1.
    fn scheduled(&mut self, open: &[usize]) -> Option<usize> {
        let turn = |&&i: &&usize| self.turns[i];
        let server = *open.iter().min_by(|a, b| turn(a).total_cmp(&turn(b)))?;
        self.now = self.now.max(self.turns[server]);
        let active = f64::from(self.local.in_flight[server] + 1);
        self.turns[server] = self.now + (active + 1.0) / self.local.weights[server].max(1e-9);
        Some(server)
    }
}

impl Decider for LeastRequest {
    fn pick(&mut self, question: &Question<'_>) -> Decision {
        let open = self.local.open(question);
        let equal = self.local.weights.windows(2).all(|pair| pair[0] == pair[1]);
        let chosen = if equal { self.two_choices(&open) } else { self.scheduled(&open) };
        let Some(server) = chosen else { return Decision::Refuse };
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
