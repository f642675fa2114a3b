//! The budget of moves: how many of a pool's requests may leave their session's endpoint.

use core::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use crate::atomic::Real;
use crate::math;

/// Memory of the pool's request rate.
const RATE_NS: u64 = 2_000_000_000;
/// Most moves saved up; they are counted in millionths.
const MOVES_MAX: i64 = 60 * MOVE;
const MOVE: i64 = 1_000_000;

/// The budget of moves: a part of the pool's requests.
#[derive(Debug, Default)]
pub(crate) struct Moves {
    micro: AtomicI64,
    requests: AtomicU64,
    seen: AtomicU64,
    /// The pool's requests per second, decayed, and the weight of what was seen: from the
    /// first tick on their ratio is the rate.
    rate_per_s: Real,
    rate_weight: Real,
    /// The last session whose cookie many users were found to hold; 0: none.
    pub(crate) shared_session: AtomicU64,
}

impl Moves {
    pub(crate) fn deposit(&self) {
        self.requests.fetch_add(1, Relaxed);
    }

    /// Pays for so many moves, all or none.
    pub(crate) fn withdraw(&self, moves: i64) -> bool {
        let pay = |micro: i64| (micro >= moves * MOVE).then(|| micro - moves * MOVE);
        self.micro.fetch_update(Relaxed, Relaxed, pay).is_ok()
    }

    /// Whether there is enough for a move.
    pub(crate) fn can_pay(&self) -> bool {
        self.micro.load(Relaxed) >= MOVE
    }

    /// How much of what can be saved up is spent, 0 to 1.
    pub(crate) fn spent(&self) -> f64 {
        1.0 - self.micro.load(Relaxed) as f64 / MOVES_MAX as f64
    }

    /// The pool's requests per second; unknown, and so without bound, before the first tick.
    pub(crate) fn rate_per_s(&self) -> f64 {
        let weight = self.rate_weight.load();
        if weight > 0.0 { self.rate_per_s.load() / weight } else { f64::INFINITY }
    }

    pub(crate) fn tick(&self, ratio: f64, elapsed_ns: u64) {
        let requests = self.requests.load(Relaxed);
        let fresh = requests.wrapping_sub(self.seen.swap(requests, Relaxed)) as f64;
        let keep = math::decay(elapsed_ns, RATE_NS);
        let rate = fresh / (elapsed_ns.max(1) as f64 / 1e9);
        self.rate_per_s.store(self.rate_per_s.load() * keep + rate * (1.0 - keep));
        self.rate_weight.store(self.rate_weight.load() * keep + 1.0 - keep);
        let income = (fresh * ratio * MOVE as f64) as i64;
        let add = |micro: i64| Some((micro + income).min(MOVES_MAX));
        let _ = self.micro.fetch_update(Relaxed, Relaxed, add);
    }
}
