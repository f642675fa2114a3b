//! nginx's smooth weighted round robin, its default.

use super::local::Local;
use super::{Decider, Decision, Question};
use crate::change::Change;

pub(crate) struct SmoothRoundRobin {
    local: Local,
    current: Vec<f64>,
}

impl SmoothRoundRobin {
    pub(crate) fn new(servers: usize) -> Self {
        SmoothRoundRobin { local: Local::new(servers), current: vec![0.0; servers] }
    }
}

impl Decider for SmoothRoundRobin {
    fn pick(&mut self, question: &Question<'_>) -> Decision {
        let (mut total, mut best) = (0.0, None);
        for index in self.local.open(question) {
            let weight = self.local.weights[index];
            self.current[index] += weight;
            total += weight;
            if best.is_none_or(|best: usize| self.current[index] > self.current[best]) {
                best = Some(index);
            }
        }
        let Some(server) = best else { return Decision::Refuse };
        self.current[server] -= total;
        Decision::place(server)
    }

    fn change(&mut self, change: &Change, _now_ns: u64) {
        self.local.change(change);
    }
}
