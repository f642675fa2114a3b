//! Ideals: deciders that see the servers' own state, at every moment.

use balance::Rng;

use super::{Answer, Decider, Decision, Question};
use crate::server::Server;

/// What an ideal knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Knowledge {
    /// Nothing.
    Nothing,
    /// How many requests are present: join the shortest queue.
    Counts,
    /// Counts, slots and speeds: shortest expected delay.
    Speeds,
    /// Every demand in advance: least work left.
    Demands,
    /// The counts of so many servers, drawn at random: JSQ(d).
    Some(usize),
}

pub(crate) struct Ideal {
    knowledge: Knowledge,
    rng: Rng,
    /// Per server, when each of its slots will have done what was given to it.
    done_ns: Vec<Vec<u64>>,
}

impl Ideal {
    pub(crate) fn new(knowledge: Knowledge, seed: u64) -> Self {
        Ideal { knowledge, rng: Rng::new(seed), done_ns: Vec::new() }
    }

    fn score(&self, index: usize, question: &Question<'_>) -> f64 {
        let server = &question.servers[index];
        match self.knowledge {
            Knowledge::Nothing => 0.0,
            Knowledge::Counts | Knowledge::Some(_) => f64::from(server.present()),
            // Ties, where there is room, go to the emptier one.
            Knowledge::Speeds => server.expected_delay() + 1e-6 * f64::from(server.present()),
            Knowledge::Demands => self.end_ns(index, question) as f64,
        }
    }

    /// When this request would end at a server.
    fn end_ns(&self, index: usize, question: &Question<'_>) -> u64 {
        let free_ns = self.done_ns[index].iter().min().copied().unwrap_or(0);
        let server = &question.servers[index];
        let work_ns = (question.demand_ns as f64 * server.slowness) as u64;
        free_ns.max(question.now_ns) + work_ns
    }

    fn candidates(&mut self, question: &Question<'_>) -> Vec<usize> {
        let all = question.servers.len();
        match self.knowledge {
            Knowledge::Some(d) => (0..d).map(|_| self.rng.below(all)).collect(),
            _ => (0..all).filter(|&i| !question.tried.contains(&(i as u16))).collect(),
        }
    }
}

impl Decider for Ideal {
    fn pick(&mut self, question: &Question<'_>) -> Decision {
        if self.done_ns.is_empty() {
            let slots = |server: &Server| vec![0; server.spec.slots as usize];
            self.done_ns = question.servers.iter().map(slots).collect();
        }
        let candidates = self.candidates(question);
        let scores: Vec<f64> = candidates.iter().map(|&i| self.score(i, question)).collect();
        let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
        let ties = scores.iter().filter(|&&score| score <= least).count();
        let chosen = self.rng.below(ties);
        let best = candidates.iter().zip(&scores).filter(|&(_, &score)| score <= least).nth(chosen);
        let Some((&server, _)) = best else { return Decision::Refuse };
        if self.knowledge == Knowledge::Demands {
            let end_ns = self.end_ns(server, question);
            if let Some(slot) = self.done_ns[server].iter_mut().min() {
                *slot = end_ns;
            }
        }
        Decision::place(server)
    }

    fn answered(&mut self, _answer: &Answer, _now_ns: u64) {}
}
