//! Requests under way at each server, by when they end.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Requests that are followed at once; beyond it the earliest end is taken as come.
const MOST: usize = 1 << 17;

/// Requests under way.
pub(super) struct Flight {
    ends: BinaryHeap<Reverse<(u64, u16)>>,
    pub(super) counts: Vec<u32>,
}

impl Flight {
    pub(super) fn new(servers: usize) -> Flight {
        Flight { ends: BinaryHeap::new(), counts: vec![0; servers] }
    }

    /// Those that have ended go, one after the other.
    pub(super) fn until(&mut self, at_s: f64, mut ended: impl FnMut(&[u32])) {
        let now = micros(at_s);
        while let Some(Reverse((end, server))) = self.ends.peek().copied() {
            if end > now && self.ends.len() < MOST {
                break;
            }
            self.ends.pop();
            if let Some(count) = self.counts.get_mut(usize::from(server)) {
                *count = count.saturating_sub(1);
            }
            ended(&self.counts);
        }
    }

    pub(super) fn begin(&mut self, server: usize, at_s: f64, took_s: f64) {
        if let Some(count) = self.counts.get_mut(server) {
            *count += 1;
            let end = micros(at_s + took_s);
            self.ends.push(Reverse((end, u16::try_from(server).unwrap_or(u16::MAX))));
        }
    }
}

fn micros(at_s: f64) -> u64 {
    (at_s.max(0.0) * 1e6) as u64
}
