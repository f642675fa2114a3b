//! Real numbers in atomics. Every access is relaxed: each value stands for itself.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A 64-bit real number shared between threads.
#[derive(Debug, Default)]
pub(crate) struct Real(AtomicU64);

impl Real {
    pub(crate) const fn new(value: f64) -> Self {
        Real(AtomicU64::new(value.to_bits()))
    }

    pub(crate) fn load(&self) -> f64 {
        f64::from_bits(self.0.load(Relaxed))
    }

    pub(crate) fn store(&self, value: f64) {
        self.0.store(value.to_bits(), Relaxed);
    }
}
