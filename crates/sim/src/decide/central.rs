//! One queue before all servers: nobody waits while anybody is idle. No balancer can be better
//! without knowing how long requests take.

use balance::Rng;

use super::{Decider, Decision, Question};

/// Sends a request where a slot is free, else has it wait.
pub(crate) struct Central {
    rng: Rng,
}

impl Central {
    pub(crate) fn new(seed: u64) -> Self {
        Central { rng: Rng::new(seed) }
    }
}

impl Decider for Central {
    fn pick(&mut self, question: &Question<'_>) -> Decision {
        // Among free slots the fastest, as a queue that knows its servers would.
        let free = || question.servers.iter().enumerate().filter(|(_, server)| server.has_room());
        let best = free().map(|(_, server)| server.slowness).fold(f64::INFINITY, f64::min);
        let fastest: Vec<usize> =
            free().filter(|(_, server)| server.slowness <= best).map(|(index, _)| index).collect();
        match fastest.get(self.rng.below(fastest.len())) {
            Some(&server) => Decision::place(server),
            None => Decision::Wait,
        }
    }
}
