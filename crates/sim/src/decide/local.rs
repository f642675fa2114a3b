//! What a balancer knows by itself: its own requests, its weights, its probes.

use super::Question;
use crate::change::Change;

/// One balancer's own account.
#[derive(Clone, Debug)]
pub(crate) struct Local {
    pub(crate) in_flight: Vec<u32>,
    pub(crate) weights: Vec<f64>,
    down: Vec<bool>,
}

impl Local {
    /// Servers of equal weight.
    pub(crate) fn new(servers: usize) -> Self {
        Local {
            in_flight: vec![0; servers],
            weights: vec![1.0; servers],
            down: vec![false; servers],
        }
    }

    /// Whether a server may be given this attempt.
    pub(crate) fn is_open(&self, server: usize, question: &Question<'_>) -> bool {
        !self.down[server] && self.weights[server] > 0.0 && !is_tried(server, question)
    }

    /// Servers that may be given this attempt; if there are none, all that were not tried.
    pub(crate) fn open(&self, question: &Question<'_>) -> Vec<usize> {
        let all = 0..self.weights.len();
        let open: Vec<usize> = all.clone().filter(|&i| self.is_open(i, question)).collect();
        match open.is_empty() {
            true => all.filter(|&i| !is_tried(i, question)).collect(),
            false => open,
        }
    }

    /// Requests in flight ÷ weight.
    pub(crate) fn load(&self, server: usize) -> f64 {
        f64::from(self.in_flight[server]) / self.weights[server].max(1e-9)
    }

    pub(crate) fn take(&mut self, server: usize) {
        self.in_flight[server] += 1;
    }

    pub(crate) fn give_back(&mut self, server: usize) {
        self.in_flight[server] -= 1;
    }

    pub(crate) fn change(&mut self, change: &Change) {
        match change {
            Change::Weights(weights) => self.weights.clone_from(weights),
            Change::Probe { server, down } => self.down[*server] = *down,
            Change::Mode { .. }
            | Change::Slowness { .. }
            | Change::Stick { .. }
            | Change::Reload
            | Change::Limit(_) => {}
        }
    }
}

fn is_tried(server: usize, question: &Question<'_>) -> bool {
    question.tried.contains(&(server as u16))
}
