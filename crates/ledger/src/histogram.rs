//! Latency histogram of one writer: eight cells per octave, fixed memory, no lock.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use evenness::Latencies;

use crate::status::{BUCKETS_S, LatencyStatus};

/// First octave starts at 2¹³ ns (8 µs); what is below counts in the first cell.
const FIRST_OCTAVE: u32 = 13;
/// Cells per octave, as a power of two: values are exact to 1/8.
const PART_BITS: u32 = 3;
/// The last octave ends at 2³⁹ ns (550 s); what is above counts in the last cell.
const OCTAVES: u32 = 26;
const CELLS: usize = (OCTAVES << PART_BITS) as usize;

/// Counts of latencies. One thread writes, any thread reads.
#[derive(Debug)]
pub struct Histogram {
    cells: Box<[AtomicU64]>,
    sum_ns: AtomicU64,
}

/// A histogram at one moment; histograms of several writers add up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HistogramCounts {
    cells: Vec<u64>,
    sum_ns: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        let cells = (0..CELLS).map(|_| AtomicU64::new(0)).collect();
        Histogram { cells, sum_ns: AtomicU64::new(0) }
    }
}

impl Histogram {
    /// Counts one latency.
    pub fn record(&self, ns: u64) {
        crate::tally::add(&self.cells[cell(ns)], 1);
        crate::tally::add(&self.sum_ns, ns);
    }
}

impl HistogramCounts {
    /// Adds what `histogram` has counted so far.
    pub fn add(&mut self, histogram: &Histogram) {
        self.cells.resize(CELLS, 0);
        for (sum, cell) in self.cells.iter_mut().zip(&histogram.cells) {
            *sum += cell.load(Relaxed);
        }
        self.sum_ns += histogram.sum_ns.load(Relaxed);
    }

    /// What was counted since `earlier`.
    pub fn since(&self, earlier: &HistogramCounts) -> HistogramCounts {
        let before = earlier.cells.iter().chain(std::iter::repeat(&0));
        HistogramCounts {
            cells: self.cells.iter().zip(before).map(|(now, then)| now - then).collect(),
            sum_ns: self.sum_ns - earlier.sum_ns,
        }
    }

    /// Their sum, seconds.
    pub fn sum_s(&self) -> f64 {
        self.sum_ns as f64 / 1e9
    }

    /// The same in the cells of a window.
    pub fn coarse(&self) -> Latencies {
        let mut coarse = Latencies::default();
        let counted = self.cells.iter().enumerate().filter(|(_, count)| **count > 0);
        for (cell, &count) in counted {
            let middle_ns = (lower_ns(cell) + lower_ns(cell + 1)) / 2;
            coarse.note_many(middle_ns, u32::try_from(count).unwrap_or(u32::MAX));
        }
        coarse
    }

    /// Latencies counted.
    pub fn count(&self) -> u64 {
        self.cells.iter().sum()
    }

    /// The latency that the part `quantile` (0 to 1) stays below, in seconds; 0 when empty.
    pub fn quantile_s(&self, quantile: f64) -> f64 {
        let rank = (self.count() as f64 * quantile).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (cell, count) in self.cells.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return (lower_ns(cell) + lower_ns(cell + 1)) as f64 / 2e9;
            }
        }
        0.0
    }

    /// The form that the status shows; `recent`: the same histogram's last ten seconds.
    pub fn status(&self, recent: &HistogramCounts) -> LatencyStatus {
        let below = |bound_s: &f64| {
            let bound_ns = (bound_s * 1e9) as u64;
            let within = |cell: &usize| lower_ns(cell + 1) <= bound_ns + bound_ns / 16;
            (0..self.cells.len()).take_while(within).map(|cell| self.cells[cell]).sum()
        };
        LatencyStatus {
            count: self.count(),
            sum_s: self.sum_ns as f64 / 1e9,
            p50_s: self.quantile_s(0.5),
            p99_s: self.quantile_s(0.99),
            p99_10s_s: recent.quantile_s(0.99),
            buckets: BUCKETS_S.iter().map(below).collect(),
        }
    }
}

fn cell(ns: u64) -> usize {
    let ns = ns.max(1 << FIRST_OCTAVE);
    let octave = 63 - ns.leading_zeros();
    let part = (ns >> (octave - PART_BITS)) as usize & ((1 << PART_BITS) - 1);
    ((((octave - FIRST_OCTAVE) as usize) << PART_BITS) + part).min(CELLS - 1)
}

fn lower_ns(cell: usize) -> u64 {
    let octave = FIRST_OCTAVE + (cell >> PART_BITS) as u32;
    let part = (cell & ((1 << PART_BITS) - 1)) as u64;
    (1 << octave) + (part << (octave - PART_BITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(values_ns: impl Iterator<Item = u64>) -> HistogramCounts {
        let histogram = Histogram::default();
        values_ns.for_each(|ns| histogram.record(ns));
        let mut counts = HistogramCounts::default();
        counts.add(&histogram);
        counts
    }

    /// Goal: quantiles within 1/8. Method: a uniform row of known quantiles.
    #[test]
    fn quantiles_are_close() {
        let counts = counts((1..=10_000).map(|i| i * 10_000));
        for (quantile, expected) in [(0.5, 0.05), (0.99, 0.099), (0.01, 0.001)] {
            let got = counts.quantile_s(quantile);
            assert!((got / expected - 1.0f64).abs() < 0.125, "{quantile}: {got}");
        }
        assert_eq!(HistogramCounts::default().quantile_s(0.5), 0.0);
    }

    #[test]
    fn extremes_are_counted() {
        let counts = counts([0, 1, u64::MAX / 2].into_iter());
        assert_eq!(counts.count(), 3);
        let status = counts.status(&HistogramCounts::default());
        assert_eq!((status.buckets[0], status.buckets[13]), (2, 2));
    }

    #[test]
    fn difference_is_the_recent_part() {
        let histogram = Histogram::default();
        histogram.record(1_000_000);
        let mut before = HistogramCounts::default();
        before.add(&histogram);
        histogram.record(500_000_000);
        let mut after = HistogramCounts::default();
        after.add(&histogram);
        let recent = after.since(&before);
        assert_eq!(recent.count(), 1);
        assert!(recent.quantile_s(0.5) > 0.4);
    }
}
