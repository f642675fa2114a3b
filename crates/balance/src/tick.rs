//! The pool's heartbeat: estimates, warm-up, ejection windows and the scores they add up to.
//!
//! One caller ticks a pool, about every 20 ms; picks only read what it leaves behind.

use alloc::vec::Vec;
use core::sync::atomic::Ordering::Relaxed;

use crate::endpoint::Endpoint;
use crate::pool::Pool;
use crate::{eject, learn, math};

/// Memory of the demand that panic is decided by.
const DEMAND_NS: u64 = 2_000_000_000;
/// Panic ends when demand has fallen below this part of the healthy capacity.
const CALM: f64 = 0.8;
/// A warming endpoint starts at this part of its share: at 0 it would never be tried.
const WARM_MIN: f64 = 0.1;
/// Steps of warm-up, so that the deck is not remade for every tick.
const WARM_STEPS: f64 = 16.0;
/// Memory of the failure share that penalises a score.
const FAILING_NS: u64 = 3_000_000_000;
/// A wholly failing endpoint costs this many times its healthy score.
const FAILING_COST: f64 = 100.0;

impl Pool {
    /// Advances the pool to `now_ns`. One caller only; picks may go on meanwhile.
    pub fn tick(&self, now_ns: u64) {
        let elapsed_ns = now_ns.saturating_sub(self.shared.ticked_at_ns.swap(now_ns, Relaxed));
        if elapsed_ns == 0 {
            return;
        }
        let spec = self.spec();
        learn::tick(self.endpoints(), spec, elapsed_ns);
        for endpoint in self.endpoints() {
            eject::readmit(endpoint, &spec.ejection, spec.slow_start_ns, now_ns);
            let health = &endpoint.health;
            health.failing.store(health.failing.load() * math::decay(elapsed_ns, FAILING_NS));
        }
        let window = now_ns.saturating_sub(self.shared.window_from_ns.load(Relaxed));
        if window >= spec.ejection.interval_ns.max(1) {
            self.shared.window_from_ns.store(now_ns, Relaxed);
            for index in eject::outliers(self.endpoints()) {
                self.eject(index, now_ns);
            }
        }
        self.shared.budget.tick(&spec.retry, elapsed_ns);
        if let Some(affinity) = &spec.affinity {
            self.shared.moves.tick(affinity.move_ratio);
        }
        self.renew_panic(elapsed_ns);
        self.refresh(now_ns);
    }

    /// Renews weights, scores and the deck from the state as it stands.
    pub(crate) fn refresh(&self, now_ns: u64) {
        let mut deck = Vec::with_capacity(self.endpoints().len());
        for (index, endpoint) in self.endpoints().iter().enumerate() {
            let warm = warm_part(endpoint, self.spec().slow_start_ns, now_ns);
            let weight = self.base_weight(index) * warm;
            self.weights[index].store(weight);
            let failing = endpoint.health.failing.load().min(1.0);
            let penalty = 1.0 + (FAILING_COST - 1.0) * failing;
            let speed = endpoint.learned.speed.load();
            endpoint.hot.cost.store(penalty / (weight * speed).max(1e-9));
            deck.push(if endpoint.is_eligible() { weight } else { 0.0 });
        }
        self.lottery().remake(&deck);
    }

    /// Ejects within the cap; false when the cap or another ejection stands against it.
    pub(crate) fn eject(&self, index: usize, now_ns: u64) -> bool {
        let ejecting = &self.shared.ejecting;
        if ejecting.swap(true, core::sync::atomic::Ordering::Acquire) {
            return false;
        }
        let ejected = eject::eject(self.endpoints(), self.spec(), index, now_ns);
        ejecting.store(false, core::sync::atomic::Ordering::Release);
        ejected
    }

    /// Doubtful endpoints are used only while the healthy capacity is below the demand.
    fn renew_panic(&self, elapsed_ns: u64) {
        let keep = math::decay(elapsed_ns, DEMAND_NS);
        let demand = self.shared.demand.load() * keep + self.in_flight() as f64 * (1.0 - keep);
        self.shared.demand.store(demand);
        let spec = self.spec();
        let asked = |endpoint: &Endpoint, capacity: f64| endpoint.is_eligible().then_some(capacity);
        let healthy: f64 = (self.endpoints().iter().zip(&spec.endpoints))
            .filter_map(|(endpoint, asked_of)| asked(endpoint, asked_of.capacity))
            .sum();
        let ejected = self.endpoints().iter().any(|e| e.is_ejected() && !e.is_down());
        let was = self.shared.panic.load(Relaxed);
        let limit = if was { healthy * CALM } else { healthy };
        self.shared.panic.store(ejected && demand > limit, Relaxed);
    }
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
