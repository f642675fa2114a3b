//! The most that one endpoint may carry, whatever cookies and weights say.
//!
//! Fair shares follow capacity alone, so that a script that sets weights cannot widen them.

use crate::math;
use crate::pool::Pool;

/// Most load of an endpoint through its weight, as a multiple of its fair share, in a pool
/// that states no bound of its own.
const WEIGHT_BOUND: f64 = 2.0;
/// Nothing is crowded by fewer requests than this, even where no more have ever been seen.
const ROOM_MIN: f64 = 2.0;

/// Above so many endpoints the tick's figures are taken instead of counting them all.
const SCAN_MAX: usize = 64;

/// Fair shares at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fair {
    /// Requests in flight per unit of capacity, the one to be placed included.
    per_capacity: f64,
}

impl Fair {
    pub(crate) fn now(pool: &Pool) -> Fair {
        if pool.endpoints().len() > SCAN_MAX {
            let shared = &pool.shared;
            let capacity = shared.capacity.load().max(f64::MIN_POSITIVE);
            return Fair { per_capacity: (shared.demand.load() + 1.0) / capacity };
        }
        let (mut requests, mut capacity) = (1.0, 0.0);
        for (endpoint, asked) in pool.endpoints().iter().zip(&pool.spec().endpoints) {
            if endpoint.is_eligible() {
                requests += endpoint.present();
                capacity += asked.capacity;
            }
        }
        Fair { per_capacity: requests / f64::max(capacity, f64::MIN_POSITIVE) }
    }

    /// Whether one more request takes the endpoint over `times` its fair share.
    pub(crate) fn exceeded(self, pool: &Pool, index: usize, times: f64) -> bool {
        let share = times * self.per_capacity * pool.spec().endpoints[index].capacity;
        let next = pool.endpoints()[index].present() + 1.0;
        next > math::ceil(share.min(1e12) - 1e-9) as f64
    }
}

/// Whether the endpoint has a free slot that nobody waits for: it is never over any bound then.
pub(crate) fn has_room(pool: &Pool, index: usize) -> bool {
    !queues(pool, index, 1.0) && pool.endpoints()[index].held() == 0
}

/// Whether `times` the slots are taken. Learned slots are not whole; a part of one serves nobody.
pub(crate) fn queues(pool: &Pool, index: usize, times: f64) -> bool {
    let endpoint = &pool.endpoints()[index];
    let whole = endpoint.learned.slots.load().min(1e9) as u32;
    let slots = f64::from(whole).max(ROOM_MIN);
    f64::from(endpoint.in_flight()) >= times * slots
}

/// The multiple of its fair share that weights may give an endpoint.
pub(crate) fn of_weights(pool: &Pool) -> f64 {
    pool.spec().affinity.as_ref().map_or(WEIGHT_BOUND, |a| a.bound)
}
