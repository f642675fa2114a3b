//! Plays the same requests several times, each a little longer or shorter than the log has it.
//!
//! Where a method looks at the requests under way, half a millisecond decides who is the least
//! busy, and then who is the next: one play is one of many that might have been. Their mean is
//! nearer to what is likely.

use balance::Rng;
use foreign::pick::Request;

use super::hand::Hand;
use super::paces::Took;
use super::pool::{Persistence, Pool};

/// Plays beside the first one.
const PLAYS: usize = 7;
/// Of more requests chance counts for little, and one play is enough.
const REQUESTS_MAX: u64 = 1 << 16;
/// With more servers these plays would take longer than what they are worth.
const SERVERS_MAX: usize = 64;
/// Seconds by which a request may be longer or shorter.
const GRAIN_S: f64 = 0.5e-3;

/// Further plays of a pool.
pub(super) struct Again {
    hands: Vec<Hand>,
    rng: Rng,
    /// Requests of each server, of all plays.
    counts: Vec<f64>,
    requests: u64,
}

impl Again {
    /// `None` where nothing depends on moments, or sessions do not part so.
    pub(super) fn new(pool: &Pool, down: &[usize]) -> Option<Again> {
        let count = pool.members.len();
        let is_plain = matches!(pool.persistence, Persistence::None);
        (pool.by_load && is_plain && count <= SERVERS_MAX).then(|| Again {
            hands: (0..PLAYS).map(|_| Hand::new(pool, down)).collect(),
            rng: Rng::new(2),
            counts: vec![0.0; count],
            requests: 0,
        })
    }

    /// Plays a request; `asked` is the server that a rule names.
    pub(super) fn play(&mut self, request: &Request<'_>, took: Took<'_>, asked: Option<usize>) {
        self.requests += 1;
        if self.requests > REQUESTS_MAX {
            self.hands.clear();
        }
        for hand in &mut self.hands {
            let took = took.longer((2.0 * self.rng.unit() - 1.0) * GRAIN_S);
            let server = match asked {
                Some(server) => {
                    hand.note(server, request.at_s, took.at(server));
                    Some(server)
                }
                None => hand.pick(request, took),
            };
            if let Some(count) = server.and_then(|server| self.counts.get_mut(server)) {
                *count += 1.0;
            }
        }
    }

    /// The mean share of each server, with what the first play counted; `None` where that is
    /// enough.
    pub(super) fn shares(&self, first: &[f64]) -> Option<Vec<f64>> {
        let all: Vec<f64> = self.counts.iter().zip(first).map(|(more, one)| more + one).collect();
        let total: f64 = all.iter().sum();
        let is_whole = !self.hands.is_empty() && total > 0.0;
        is_whole.then(|| all.iter().map(|count| count / total).collect())
    }
}
