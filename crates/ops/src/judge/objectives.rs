//! How fast a pool's promises to its users are broken.

use evenness::{Burn, BurnState, PoolWindow};

/// One pool's error budgets.
#[derive(Debug)]
pub(super) struct Objectives {
    asked: config::Objective,
    errors: Burn,
    slow: Burn,
}

impl Default for Objectives {
    fn default() -> Self {
        let asked = config::Objective::default();
        let (errors, slow) = (Burn::new(asked.available), Burn::new(asked.within));
        Objectives { asked, errors, slow }
    }
}

impl Objectives {
    /// What is promised from now on. A promise that changes is kept from then on.
    pub(super) fn adjust(&mut self, asked: &config::Objective) {
        if self.asked.available != asked.available {
            self.errors = Burn::new(asked.available);
        }
        if self.asked.within != asked.within || self.asked.latency != asked.latency {
            self.slow = Burn::new(asked.within);
        }
        self.asked = asked.clone();
    }

    /// Takes a second in.
    pub(super) fn note(&mut self, second: &PoolWindow) {
        let bad = second.errors().min(second.requests);
        self.errors.note(second.from_s, second.requests - bad, bad);
        let Some(bound) = self.asked.latency else { return };
        let bound_s = bound.0.as_secs_f64();
        let answers: u64 = second.endpoints.iter().map(|(_, e)| e.latencies.count()).sum();
        let slow = second.endpoints.iter().map(|(_, e)| e.latencies.above(bound_s)).sum::<f64>();
        let slow = (slow.round() as u64).min(answers);
        self.slow.note(second.from_s, answers - slow, slow);
    }

    /// What burns: errors, and slow answers where there is a bound for them.
    pub(super) fn judge(&self, now_s: u64) -> [Option<BurnState>; 2] {
        let slow = self.asked.latency.map(|_| self.slow.judge(now_s));
        [Some(self.errors.judge(now_s)), slow]
    }
}
