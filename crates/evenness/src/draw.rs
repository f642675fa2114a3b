//! Random draws for tests, the same for the same seed: SplitMix64.

/// A generator; any seed is as good as another.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    pub(crate) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A whole number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.word()) * u128::from(end)) >> 64) as u64
    }

    /// A Poisson count.
    pub(crate) fn poisson(&mut self, mean: f64) -> u64 {
        if mean > 100.0 {
            let normal = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
            return (mean + mean.sqrt() * normal).round().max(0.0) as u64;
        }
        let (floor, mut product, mut count) = ((-mean).exp(), self.unit(), 0);
        while product > floor {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// A position, by cumulated shares.
    pub(crate) fn among(&mut self, cumulated: &[f64]) -> usize {
        let unit = self.unit();
        cumulated.partition_point(|&share| share <= unit).min(cumulated.len() - 1)
    }

    /// Cumulated shares of a Zipf distribution.
    pub(crate) fn zipf(&self, keys: usize, exponent: f64) -> Vec<f64> {
        let weights: Vec<f64> = (1..=keys).map(|key| (key as f64).powf(-exponent)).collect();
        cumulate(&weights)
    }
}

/// Cumulated shares of weights.
pub(crate) fn cumulate(weights: &[f64]) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    let mut sum = 0.0;
    let add = |weight: &f64| {
        sum += weight / total;
        sum
    };
    weights.iter().map(add).collect()
}
