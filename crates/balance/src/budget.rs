//! Retry budget: retries may add a fixed part to the traffic, never multiply it.

use core::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use crate::atomic::Real;
use crate::spec::RetrySpec;

/// Seconds of traffic whose unspent tokens are remembered (Finagle's default).
const MEMORY_S: f64 = 10.0;
/// One token; fractions of a token are whole numbers of this unit.
const TOKEN: f64 = 1_000_000.0;

/// A token bucket: `ratio` tokens per first attempt and `per_second` per second; a retry costs one.
///
/// It starts with the 10 s reserve of `per_second`, and holds at most 10 s of both incomes.
#[derive(Debug)]
pub struct RetryBudget {
    tokens: AtomicI64,
    first_attempts: AtomicU64,
    seen: AtomicU64,
    rate_per_s: Real,
}

impl RetryBudget {
    pub(crate) fn new(spec: &RetrySpec) -> Self {
        RetryBudget {
            tokens: AtomicI64::new((spec.per_second * MEMORY_S * TOKEN) as i64),
            first_attempts: AtomicU64::new(0),
            seen: AtomicU64::new(0),
            rate_per_s: Real::new(0.0),
        }
    }

    /// Earns for one first attempt.
    pub(crate) fn deposit(&self) {
        self.first_attempts.fetch_add(1, Relaxed);
    }

    /// Pays for one retry, if it can.
    pub(crate) fn withdraw(&self) -> bool {
        let pay = |tokens: i64| (tokens >= TOKEN as i64).then_some(tokens - TOKEN as i64);
        self.tokens.fetch_update(Relaxed, Relaxed, pay).is_ok()
    }

    /// Books the income of the last `elapsed_ns`. One caller only.
    pub(crate) fn tick(&self, spec: &RetrySpec, elapsed_ns: u64) {
        let elapsed_s = elapsed_ns as f64 / 1e9;
        let first = self.first_attempts.load(Relaxed);
        let fresh = first.wrapping_sub(self.seen.swap(first, Relaxed)) as f64;
        let weight = crate::math::decay(elapsed_ns, (MEMORY_S * 1e9) as u64);
        let rate = if elapsed_s > 0.0 { fresh / elapsed_s } else { 0.0 };
        let rate = self.rate_per_s.load() * weight + rate * (1.0 - weight);
        self.rate_per_s.store(rate);
        let income = (spec.ratio * fresh + spec.per_second * elapsed_s) * TOKEN;
        let most = (spec.per_second + spec.ratio * rate) * MEMORY_S * TOKEN;
        let add = |tokens: i64| Some(tokens.saturating_add(income as i64).min(most as i64));
        let _ = self.tokens.fetch_update(Relaxed, Relaxed, add);
    }

    /// Whole tokens left.
    pub fn tokens(&self) -> u64 {
        (self.tokens.load(Relaxed) / TOKEN as i64).max(0) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: RetrySpec = RetrySpec { ratio: 0.2, per_second: 10.0, attempts: 3 };

    /// Goal: retries stay below reserve + 20 % + 10/s. Method: every request retried for 60 s.
    #[test]
    fn bounds_the_retries() {
        let budget = RetryBudget::new(&SPEC);
        let mut retried = 0;
        let seconds = if cfg!(miri) { 2 } else { 60 };
        for _ in 0..seconds * 10 {
            for _ in 0..100 {
                budget.deposit();
                retried += u32::from(budget.withdraw());
            }
            budget.tick(&SPEC, 100_000_000);
        }
        let most = 100.0 + (0.2 * 1000.0 + 10.0) * f64::from(seconds);
        assert!(f64::from(retried) <= most, "{retried} > {most}");
        assert!(f64::from(retried) >= 0.95 * (most - 100.0), "{retried} of {most} used");
    }

    #[test]
    fn remembers_ten_seconds() {
        let budget = RetryBudget::new(&SPEC);
        for _ in 0..if cfg!(miri) { 100 } else { 3600 } {
            budget.deposit();
            budget.tick(&SPEC, 1_000_000_000);
        }
        assert!(budget.tokens() <= 102, "{}", budget.tokens());
    }
}
