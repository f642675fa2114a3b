//! Counts the keys of a pool in fixed memory.

use evenness::{Distinct, Heavy};

/// How many there are, and how common the commonest is.
pub(super) struct KeyCount {
    distinct: Distinct,
    heavy: Heavy,
}

impl Default for KeyCount {
    fn default() -> KeyCount {
        KeyCount { distinct: Distinct::default(), heavy: Heavy::new(1) }
    }
}

impl KeyCount {
    pub(super) fn note(&mut self, key: u64) {
        let mixed = balance::hash_bytes(&key.to_le_bytes(), 0);
        self.distinct.note(mixed);
        self.heavy.note(key, 1);
    }

    pub(super) fn distinct(&self) -> u64 {
        self.distinct.estimate().round() as u64
    }

    /// The commonest one.
    pub(super) fn hottest(&self) -> Option<u64> {
        self.heavy.top(1).first().map(|hitter| hitter.key)
    }

    pub(super) fn hottest_share(&self) -> f64 {
        self.heavy.top_share(1)
    }
}
