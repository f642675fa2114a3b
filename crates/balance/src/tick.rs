//! The pool's heartbeat: estimates, warm-up, ejection windows and the scores they add up to.
//!
//! One caller ticks a pool, about every 20 ms; picks only read what it leaves behind.

use alloc::vec::Vec;
use core::sync::atomic::Ordering::{self, Relaxed};
use core::sync::atomic::{AtomicU32, AtomicU64};

use crate::endpoint::Endpoint;
use crate::pool::Pool;
use crate::{eject, excess, learn, math, policy, slots, trust};

/// Memory of the demand that panic is decided by.
const DEMAND_NS: u64 = 2_000_000_000;
/// Requests in flight per slot of capacity at which the healthy endpoints are overwhelmed:
/// at 90 % load a queue as long as the slots is still normal.
const PANIC: f64 = 2.0;
/// The same where a limit keeps more from being in flight.
const PANIC_LIMIT: f64 = 0.95;
/// Panic ends when demand has fallen below this part of where it begins.
const CALM: f64 = 0.8;
/// A warming endpoint starts at this part of its share: at 0 it would never be tried.
const WARM_MIN: f64 = 0.1;
/// Steps of warm-up, so that the deck is not remade for every tick.
const WARM_STEPS: f64 = 16.0;
/// The ejection window is looked at this often before it closes.
const LOOK_NS: u64 = 1_000_000_000;

impl Pool {
    /// Advances the pool to `now_ns`. One caller only; picks may go on meanwhile.
    ///
    /// A clock that steps back is waited for: nothing happens until it has caught up.
    pub fn tick(&self, now_ns: u64) {
        let shared = &self.shared;
        let elapsed_ns = now_ns.saturating_sub(shared.ticked_at_ns.fetch_max(now_ns, Relaxed));
        if elapsed_ns == 0 {
            return;
        }
        let spec = self.spec();
        if due(&shared.fitted_at_ns, slots::RENEW_NS, now_ns) {
            shared.reach.store(slots::renew(self.endpoints(), spec));
            shared.delays.renew(self.endpoints(), spec);
        }
        let service_ns = learn::tick(self.endpoints(), spec, shared.reach.load(), elapsed_ns);
        shared.service_ns.store(service_ns);
        for endpoint in self.endpoints() {
            trust::fade(endpoint, elapsed_ns);
            policy::fade(endpoint, elapsed_ns);
        }
        trust::renew_penalties(self.endpoints());
        self.readmit(now_ns);
        self.look_for_outliers(now_ns);
        shared.budget.tick(&spec.retry, elapsed_ns);
        if let Some(affinity) = &spec.affinity {
            shared.moves.tick(affinity.move_ratio, elapsed_ns);
            excess::renew(self);
        }
        self.renew_panic(elapsed_ns);
        self.refresh(now_ns);
    }

    fn look_for_outliers(&self, now_ns: u64) {
        let shared = &self.shared;
        let window_ns = now_ns.saturating_sub(shared.window_from_ns.load(Relaxed));
        let closes = window_ns >= self.spec().ejection.interval_ns.max(1);
        if !closes && !due(&shared.looked_at_ns, LOOK_NS, now_ns) {
            return;
        }
        for index in eject::outliers(self.endpoints()) {
            self.eject(index, now_ns);
        }
        if closes {
            shared.window_from_ns.store(now_ns, Relaxed);
            self.endpoints().iter().for_each(|e| eject::open_window(e));
        }
    }

    /// Renews weights, scores and the deck from the state as it stands.
    ///
    /// A plan that was replaced has no say any more: its leases may outlive it.
    pub(crate) fn refresh(&self, now_ns: u64) {
        const IDLE: u32 = 0;
        const RUNNING: u32 = 1;
        const AGAIN: u32 = 2;
        let renewing: &AtomicU32 = &self.renewing;
        if !self.in_force() || renewing.swap(AGAIN, Ordering::AcqRel) != IDLE {
            return;
        }
        // Whoever comes meanwhile leaves its mark and goes; the work is then done again.
        loop {
            renewing.store(RUNNING, Ordering::Release);
            self.renew_scores(now_ns);
            let end = (Ordering::AcqRel, Ordering::Relaxed);
            if renewing.compare_exchange(RUNNING, IDLE, end.0, end.1).is_ok() {
                return;
            }
        }
    }

    fn renew_scores(&self, now_ns: u64) {
        let spec = self.spec();
        let heaviest = spec.endpoints.iter().map(|e| e.weight).fold(f64::MIN_POSITIVE, f64::max);
        let mut capacity = 0.0;
        let mut deck = Vec::with_capacity(self.endpoints().len());
        for (index, endpoint) in self.endpoints().iter().enumerate() {
            let weight = self.base_weight(index) * warm_part(endpoint, spec.slow_start_ns, now_ns);
            self.weights[index].store(weight);
            let learned = &endpoint.learned;
            let penalty = learned.penalty.load() * endpoint.hot.suspicion.load();
            endpoint.hot.cost.store(penalty / (weight * learned.speed.load()).max(1e-9));
            // Up to the slots one more request is not delayed. Measured with two of five three
            // times slower at 70 % load: p99 excess is 61 ms, 74 with half of the slots, and
            // with four of five ten times slower 200 instead of 394.
            let part = spec.endpoints[index].weight / heaviest;
            // The suspected have fewer of them, and are no slower: after a lone failure an endpoint
            // is still tried where there is little to do.
            let trusted = part / endpoint.hot.suspicion.load();
            endpoint.hot.calm.store(learned.slots.load() * trusted);
            let open = endpoint.is_eligible();
            capacity += if open { spec.endpoints[index].capacity } else { 0.0 };
            deck.push(if open { weight } else { 0.0 });
        }
        self.shared.capacity.store(capacity);
        self.lottery().remake(&deck);
    }

    fn readmit(&self, now_ns: u64) {
        let spec = self.spec();
        self.while_ejecting(|| {
            for endpoint in self.endpoints() {
                eject::readmit(endpoint, &spec.ejection, spec.slow_start_ns, now_ns);
            }
        });
    }

    /// Ejects within the cap; false when the cap or another ejection stands against it.
    pub(crate) fn eject(&self, index: usize, now_ns: u64) -> bool {
        let mut ejected = false;
        if self.in_force() {
            self.while_ejecting(|| {
                ejected = eject::eject(self.endpoints(), self.spec(), index, now_ns);
            });
        }
        ejected
    }

    /// Runs `work` unless another thread ejects or readmits at this moment: the cap is exact,
    /// and whoever comes too late tries again at the next failure or tick.
    fn while_ejecting(&self, work: impl FnOnce()) {
        let ejecting = &self.shared.ejecting;
        if !ejecting.swap(true, Ordering::Acquire) {
            work();
            ejecting.store(false, Ordering::Release);
        }
    }

    /// Doubtful endpoints are used only while the healthy ones cannot carry the demand.
    fn renew_panic(&self, elapsed_ns: u64) {
        let keep = math::decay(elapsed_ns, DEMAND_NS);
        let held: f64 = self.endpoints().iter().map(|e| f64::from(e.held())).sum();
        let demand =
            self.shared.demand.load() * keep + (self.in_flight() as f64 + held) * (1.0 - keep);
        self.shared.demand.store(demand);
        let most = |index: usize| {
            let asked = &self.spec().endpoints[index];
            let able = asked.capacity.max(self.endpoints()[index].learned.slots.load());
            (PANIC * able).min(PANIC_LIMIT * f64::from(self.limit(index)))
        };
        let healthy: f64 = (0..self.endpoints().len())
            .filter(|&index| self.endpoints()[index].is_eligible())
            .map(most)
            .sum();
        let ejected = self.endpoints().iter().any(|e| e.is_ejected() && !e.is_down());
        let was = self.shared.panic.load(Relaxed);
        let limit = if was { healthy * CALM } else { healthy };
        self.shared.panic.store(ejected && demand > limit, Relaxed);
    }
}

/// Whether `period_ns` have passed since it last was due. Called by the tick only.
fn due(last_ns: &AtomicU64, period_ns: u64, now_ns: u64) -> bool {
    let due = now_ns.saturating_sub(last_ns.load(Relaxed)) >= period_ns;
    if due {
        last_ns.store(now_ns, Relaxed);
    }
    due
}

/// Part of its share that a warming endpoint gets, in sixteenths; ends the warm-up when over.
fn warm_part(endpoint: &Endpoint, slow_start_ns: u64, now_ns: u64) -> f64 {
    let from_ns = endpoint.health.warm_from_ns.load(Relaxed);
    if from_ns == 0 {
        return 1.0;
    }
    let age_ns = now_ns.saturating_sub(from_ns);
    if age_ns >= slow_start_ns {
        endpoint.health.warm_from_ns.store(0, Relaxed);
        return 1.0;
    }
    let part = age_ns as f64 / slow_start_ns as f64;
    (math::ceil(part * WARM_STEPS) as f64 / WARM_STEPS).max(WARM_MIN)
}
