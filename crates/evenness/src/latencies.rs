//! Latencies of a window: two cells per octave, small enough to be kept for weeks.

/// The first cell holds what is below 2¹⁵ ns (33 µs), the last what is above 2³⁷ ns (137 s).
const FIRST_OCTAVE: u32 = 15;
/// Cells of a histogram.
pub const CELLS: usize = 46;

/// How many answers took how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latencies(pub [u32; CELLS]);

impl Default for Latencies {
    fn default() -> Self {
        Latencies([0; CELLS])
    }
}

impl Latencies {
    /// Counts one latency.
    pub fn note(&mut self, ns: u64) {
        self.note_many(ns, 1);
    }

    /// Counts so many equal ones.
    pub fn note_many(&mut self, ns: u64, count: u32) {
        let cell = &mut self.0[cell(ns)];
        *cell = cell.saturating_add(count);
    }

    /// Adds another histogram.
    pub fn add(&mut self, other: &Latencies) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, more)| *sum = sum.saturating_add(more));
    }

    /// Latencies counted.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|&count| u64::from(count)).sum()
    }

    /// The latency that the part `quantile` (0 to 1) stays below, s, exact to a fifth; 0 of none.
    pub fn quantile_s(&self, quantile: f64) -> f64 {
        let (cell, _) = self.rank(quantile);
        cell.map_or(0.0, |cell| (upper_ns(cell) * lower_ns(cell)).sqrt() / 1e9)
    }

    /// The same as if the latencies of a cell were spread over it: it moves evenly where they
    /// shift, which a ratio of two needs, and is exact to a third at worst.
    pub fn quantile_spread_s(&self, quantile: f64) -> f64 {
        let (cell, part) = self.rank(quantile);
        cell.map_or(0.0, |cell| {
            let (lower, upper) = (lower_ns(cell), upper_ns(cell));
            lower * (upper / lower).powf(part) / 1e9
        })
    }

    /// The cell that holds a quantile, and where in it, 0 to 1.
    fn rank(&self, quantile: f64) -> (Option<usize>, f64) {
        let rank = (self.count() as f64 * quantile).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (cell, &count) in self.0.iter().enumerate() {
            let before = seen;
            seen += u64::from(count);
            if seen >= rank {
                return (Some(cell), ((rank - before) as f64 - 0.5) / f64::from(count));
            }
        }
        (None, 0.0)
    }

    /// Mean square ÷ square of the mean: 1 of equal ones and of none, 2 of exponential ones.
    pub fn dispersion(&self) -> f64 {
        let (mut sum, mut squares) = (0.0, 0.0);
        for (cell, &count) in self.0.iter().enumerate() {
            let middle = (upper_ns(cell) * lower_ns(cell)).sqrt() / 1e9;
            sum += f64::from(count) * middle;
            squares += f64::from(count) * middle * middle;
        }
        if sum > 0.0 { (squares * self.count() as f64 / (sum * sum)).max(1.0) } else { 1.0 }
    }

    /// How many took longer than `bound_s`. A cell that holds the bound counts in proportion.
    pub fn above(&self, bound_s: f64) -> f64 {
        let bound_ns = bound_s * 1e9;
        let part = |cell: usize| {
            let (lower, upper) = (lower_ns(cell), upper_ns(cell));
            ((upper - bound_ns) / (upper - lower)).clamp(0.0, 1.0)
        };
        self.0.iter().enumerate().map(|(cell, &count)| f64::from(count) * part(cell)).sum()
    }
}

fn cell(ns: u64) -> usize {
    let ns = ns.max(1 << (FIRST_OCTAVE - 1));
    let octave = ns.ilog2();
    let upper_half = (ns >> (octave - 1) & 1) as usize;
    let cell = (octave as usize * 2 + upper_half).saturating_sub(FIRST_OCTAVE as usize * 2 - 1);
    cell.min(CELLS - 1)
}

fn lower_ns(cell: usize) -> f64 {
    if cell == 0 { 1.0 } else { upper_ns(cell - 1) }
}

fn upper_ns(cell: usize) -> f64 {
    let octave = (1u64 << (FIRST_OCTAVE as usize + cell / 2)) as f64;
    if cell.is_multiple_of(2) { octave } else { octave * 1.5 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_close() {
        let mut latencies = Latencies::default();
        (1..=10_000u64).for_each(|i| latencies.note(i * 100_000));
        for (quantile, expected) in [(0.5, 0.5), (0.99, 0.99), (0.1, 0.1)] {
            let seen = latencies.quantile_s(quantile);
            assert!((seen / expected - 1.0f64).abs() < 0.25, "{quantile}: {seen}");
            let seen = latencies.quantile_spread_s(quantile);
            assert!((seen / expected - 1.0f64).abs() < 0.1, "{quantile}: {seen}");
        }
        assert_eq!(Latencies::default().quantile_s(0.5), 0.0);
    }

    #[test]
    fn counts_above_a_bound_are_close() {
        let mut latencies = Latencies::default();
        (1..=10_000u64).for_each(|i| latencies.note(i * 100_000));
        for bound_s in [0.05, 0.3, 0.5, 0.9] {
            let expected = (1.0 - bound_s) * 10_000.0;
            let seen = latencies.above(bound_s);
            assert!((seen - expected).abs() < 400.0, "{bound_s}: {seen}");
        }
    }

    #[test]
    fn dispersion_tells_equal_from_mixed() {
        assert_eq!(Latencies::default().dispersion(), 1.0);
        let mut latencies = Latencies::default();
        latencies.note_many(1_000_000, 90);
        assert!((latencies.dispersion() - 1.0).abs() < 1e-9);
        latencies.note_many(100_000_000, 10);
        let exact = (0.9 + 1_000.0) / f64::powi(0.9 + 10.0, 2);
        assert!((latencies.dispersion() / exact - 1.0).abs() < 0.2);
    }

    #[test]
    fn every_latency_is_within_its_cell() {
        for ns in [0, 1, 32_767, 32_768, 40_000, 49_152, 1_000_000, 3 << 35, u64::MAX] {
            let cell = cell(ns);
            assert!(cell == CELLS - 1 || ns as f64 <= upper_ns(cell), "{ns} in {cell}");
            assert!(cell == 0 || ns as f64 >= lower_ns(cell), "{ns} in {cell}");
        }
    }
}
