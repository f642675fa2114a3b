//! Puts requests in the order in which they came: logs have them in the order of their ends, and
//! many with whole seconds alone.
//!
//! Who has the fewest requests under way depends on that order. Within a second, requests are
//! taken to have come or gone by chance, as those of many clients do: at equal distances fewer of
//! them would meet.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::rc::Rc;

use balance::Rng;

use super::batch::{Batch, Entry};

/// Requests wait for so long for others that came before them and took longer.
const HORIZON_S: f64 = 60.0;
/// Requests that wait at once; beyond it the earliest one is taken to be the next.
const MOST: usize = 1 << 17;

/// Requests that wait for their turn.
pub(super) struct Arrivals {
    /// Those of the second that is being read, while times are whole seconds.
    second: Vec<Waiting>,
    second_s: f64,
    waiting: BinaryHeap<Reverse<Waiting>>,
    /// Whether a time was more than a whole second.
    is_fine: bool,
    newest_s: f64,
    number: u64,
    rng: Rng,
    /// Parts of the second at which its requests came or went.
    parts: Vec<f64>,
}

/// A request that waits. It is moved often and stays small.
struct Waiting {
    at_s: f64,
    /// Its place in the log.
    number: u64,
    batch: Rc<Batch>,
    /// Its place in the batch.
    line: usize,
}

impl Default for Arrivals {
    fn default() -> Arrivals {
        Arrivals {
            second: Vec::new(),
            second_s: f64::NEG_INFINITY,
            waiting: BinaryHeap::new(),
            is_fine: false,
            newest_s: f64::NEG_INFINITY,
            number: 0,
            rng: Rng::new(1),
            parts: Vec::new(),
        }
    }
}

impl Arrivals {
    /// Takes a batch's request in and tells those whose turn has come.
    pub(super) fn push(
        &mut self,
        batch: &Rc<Batch>,
        line: usize,
        mut tell: impl FnMut(&Batch, &Entry),
    ) {
        let Some(entry) = batch.lines.get(line) else { return };
        if entry.at_s.is_nan() {
            return tell(batch, entry);
        }
        self.number += 1;
        let (at_s, number, batch) = (entry.at_s, self.number, Rc::clone(batch));
        self.is_fine |= at_s.fract() != 0.0;
        if at_s.floor() != self.second_s || self.second.len() >= MOST {
            self.spread();
            self.second_s = at_s.floor();
        }
        self.newest_s = self.newest_s.max(at_s);
        self.second.push(Waiting { at_s, number, batch, line });
        if self.is_fine {
            self.spread();
        }
        while let Some(Reverse(first)) = self.waiting.peek() {
            if first.at_s > self.newest_s - HORIZON_S && self.waiting.len() < MOST {
                break;
            }
            self.next(&mut tell);
        }
    }

    /// Whether a time was more than a whole second.
    pub(super) fn is_fine(&self) -> bool {
        self.is_fine
    }

    /// Tells all that wait.
    pub(super) fn end(&mut self, mut tell: impl FnMut(&Batch, &Entry)) {
        self.spread();
        while !self.waiting.is_empty() {
            self.next(&mut tell);
        }
    }

    fn next(&mut self, tell: &mut impl FnMut(&Batch, &Entry)) {
        let Some(Reverse(Waiting { at_s, batch, line, .. })) = self.waiting.pop() else { return };
        if let Some(entry) = batch.lines.get(line) {
            tell(&batch, &Entry { at_s, ..*entry });
        }
    }

    /// Spreads the requests of a second over it, and takes off how long they took where their
    /// times are those of their ends.
    fn spread(&mut self) {
        self.parts.clear();
        if !self.is_fine {
            let rng = &mut self.rng;
            // One alone is as likely to be early as late.
            let is_alone = self.second.len() == 1;
            let part = |_: &Waiting| if is_alone { 0.5 } else { rng.unit() };
            self.parts.extend(self.second.iter().map(part));
            self.parts.sort_unstable_by(f64::total_cmp);
        }
        for (place, mut waiting) in self.second.drain(..).enumerate() {
            waiting.at_s += self.parts.get(place).copied().unwrap_or(0.0);
            let entry = waiting.batch.lines.get(waiting.line);
            let took_s = entry.filter(|entry| entry.is_end).map(|entry| f64::from(entry.took_s));
            if let Some(took_s) = took_s.filter(|took_s| *took_s > 0.0) {
                waiting.at_s -= took_s;
            }
            self.waiting.push(Reverse(waiting));
        }
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Waiting) -> Ordering {
        self.at_s.total_cmp(&other.at_s).then(self.number.cmp(&other.number))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Waiting) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Waiting) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Waiting {}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(all: &[(f64, f32)]) -> Vec<(u64, f64)> {
        let (mut batch, mut arrivals) = (Batch::default(), Arrivals::default());
        for (number, (at_s, took_s)) in (1..).zip(all) {
            let (at_s, took_s) = (*at_s, *took_s);
            let entry = Entry { at_s, took_s, is_end: true, ..Entry::new(number, 0, 0) };
            batch.push(entry, None);
        }
        let (batch, mut told) = (Rc::new(batch), Vec::new());
        for line in 0..all.len() {
            arrivals.push(&batch, line, |_, entry| told.push((entry.number, entry.at_s)));
        }
        arrivals.end(|_, entry| told.push((entry.number, entry.at_s)));
        told
    }

    #[test]
    fn seconds_are_spread_and_ends_become_beginnings() {
        let all = [(100.0, 0.0), (100.0, 0.0), (101.0, 2.5), (300.0, 0.0)];
        let coarse = told(&all);
        let order: Vec<u64> = coarse.iter().map(|(number, _)| *number).collect();
        assert_eq!(order, [3, 1, 2, 4]);
        let within = |at_s: f64, from_s: f64| (from_s..from_s + 1.0).contains(&at_s);
        let begun_s = [98.5, 100.0, 100.0, 300.0];
        assert!(coarse.iter().zip(begun_s).all(|((_, at_s), from_s)| within(*at_s, from_s)));
        let fine = [(100.5, 0.25), (100.75, 0.625), (101.0, 0.125)];
        assert_eq!(told(&fine), [(2, 100.125), (1, 100.25), (3, 100.875)]);
    }
}
