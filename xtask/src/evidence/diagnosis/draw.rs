//! Draws that a seed decides: the same seed gives the same corpus, on every machine.

/// SplitMix64 (Steele, Lea, Flood 2014): a few lines, and good enough for parameters.
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Draw(seed)
    }

    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let word = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ word >> 31
    }

    /// From 0 to below 1.
    pub(super) fn unit(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Between two bounds, rounded to thousandths, so that files can be read.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        ((low + (high - low) * self.unit()) * 1000.0).round() / 1000.0
    }

    /// The same, with equal chances for equal factors.
    pub(super) fn factor(&mut self, low: f64, high: f64) -> f64 {
        (low * (high / low).powf(self.unit()) * 1000.0).round() / 1000.0
    }

    /// A whole number, both bounds included.
    pub(super) fn whole(&mut self, low: usize, high: usize) -> usize {
        low + (self.unit() * (high - low + 1) as f64) as usize
    }

    pub(super) fn chance(&mut self, part: f64) -> bool {
        self.unit() < part
    }

    /// So many different ones of `count`, in order.
    pub(super) fn some(&mut self, how_many: usize, count: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..count).collect();
        while all.len() > how_many {
            all.remove(self.whole(0, all.len() - 1));
        }
        all
    }
}
