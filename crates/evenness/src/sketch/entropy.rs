//! How a stream spreads over its clients, flat or on a few, from 8 KiB.
//!
//! Each client adds to one of 1,024 cells, so that a cell holds several clients. Two corrections
//! for that: the entropy within cells follows from the number of clients, which a
//! [`Distinct`](crate::Distinct) knows; and a second count with random signs, in which clients of
//! one cell cancel out, gives Σ n² (Alon, Matias, Szegedy 1996; Charikar, Chen, Farach-Colton
//! 2002) with a standard error of 4.4 %. That what stands out of the cells is one client each,
//! and the rest is flat, is after Lall et al. 2006, who separate elephants from mice.

const CELLS: usize = 1024;
/// Deviations above the usual cell from which the excess is one heavy client.
const STANDS_OUT: f64 = 3.0;

/// Sums up how many requests came from whom.
#[derive(Clone, Debug)]
pub struct Entropy {
    cells: Box<[Cell; CELLS]>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    count: u32,
    signed: i32,
}

/// How requests spread over clients.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Entropy of the requests over the clients, bits.
    pub bits: f64,
    /// Entropy ÷ the most that so many clients can have: 1 flat, 0 one client sends all.
    pub flatness: f64,
    /// Equally busy clients that would have this entropy.
    pub effective: f64,
    /// Σ n² ÷ Σ n over the clients' requests n: requests that come as one, when a client's
    /// requests all go to the same place. At least 1.
    pub deff: f64,
}

impl Default for Entropy {
    fn default() -> Self {
        Entropy { cells: Box::new([Cell::default(); CELLS]) }
    }
}

impl Entropy {
    /// Notes one request. The client's hash must be uniform: see [`Mixer`](crate::Mixer).
    #[inline]
    pub fn note(&mut self, hash: u64) {
        let cell = &mut self.cells[hash as usize % CELLS];
        cell.count = cell.count.saturating_add(1);
        let sign = if hash & CELLS as u64 == 0 { 1 } else { -1 };
        cell.signed = cell.signed.saturating_add(sign);
    }

    /// Adds what another one saw.
    pub fn merge(&mut self, other: &Entropy) {
        for (own, more) in self.cells.iter_mut().zip(other.cells.iter()) {
            own.count = own.count.saturating_add(more.count);
            own.signed = own.signed.saturating_add(more.signed);
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.cells.fill(Cell::default());
    }

    /// The spread, given the number of different clients; `None` of no requests.
    pub fn spread(&self, distinct: f64) -> Option<Spread> {
        let total: f64 = self.cells.iter().map(|cell| f64::from(cell.count)).sum();
        if total == 0.0 {
            return None;
        }
        let distinct = distinct.clamp(1.0, total);
        let most = distinct.log2();
        let bits = self.bits(total, distinct).clamp(0.0, most);
        let squares: f64 = self.cells.iter().map(|cell| f64::from(cell.signed).powi(2)).sum();
        Some(Spread {
            bits,
            flatness: if distinct < 1.5 { 0.0 } else { bits / most },
            effective: bits.exp2(),
            deff: (squares / total).max(1.0),
        })
    }

    fn bits(&self, total: f64, distinct: f64) -> f64 {
        let usual = self.usual();
        let bits = |part: f64| if part > 0.0 { -part * part.log2() } else { 0.0 };
        let (mut sum, mut light, mut crowds, mut squares) = (0.0, 0.0, 0.0, 0.0);
        for cell in self.cells.iter() {
            let count = f64::from(cell.count);
            let crowd = count.min(usual);
            sum += bits(crowd / total) + bits((count - crowd) / total);
            light += crowd;
            if count <= usual {
                crowds += 1.0;
                squares += f64::from(cell.signed).powi(2);
            }
        }
        let clients = distinct - (CELLS as f64 - crowds).min(distinct - 1.0);
        let uneven = squares * CELLS as f64 / crowds * clients / (light * light);
        sum + light / total * bits_within(distinct / CELLS as f64, uneven.max(1.0))
    }

    /// What a cell holds at most without a heavy client.
    fn usual(&self) -> f64 {
        let filled = self.cells.iter().map(|cell| f64::from(cell.count)).filter(|&n| n > 0.0);
        let mut counts: Vec<f64> = filled.collect();
        let middle = median(&mut counts);
        counts.iter_mut().for_each(|count| *count = (*count - middle).abs());
        // 1.4826: from the median deviation to the standard deviation of a normal distribution.
        middle + STANDS_OUT * 1.4826 * median(&mut counts)
    }
}

fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// Entropy of a request's client, given its cell.
///
/// Of equally busy clients it is E log₂(1 + Poisson(clients per cell)), as a client shares its
/// cell with a Poisson number of others. `uneven` is E n² ÷ (E n)² over the clients; half of its
/// logarithm is lost, exactly so for log-normal n, where there is company in the cell.
fn bits_within(mean: f64, uneven: f64) -> f64 {
    let mut part = (-mean).exp();
    let lost = (1.0 - part) * 0.5 * uneven.log2();
    // Beyond, the logarithm of the mean is exact to 1 in 1,000.
    if mean > 200.0 {
        return mean.log2() - lost;
    }
    let mut sum = 0.0;
    for others in 1..600 {
        part *= mean / f64::from(others);
        sum += part * f64::from(others + 1).log2();
    }
    (sum - lost).max(0.0)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::draw::{Draw, cumulate};
    use crate::sketch::{Distinct, Mixer};

    struct Exact {
        bits: f64,
        deff: f64,
    }

    fn play(shares: &[f64], requests: usize, seed: u64) -> (Spread, Exact) {
        let (mixer, mut draw) = (Mixer::new(seed), Draw(seed));
        let (mut entropy, mut distinct) = (Entropy::default(), Distinct::default());
        let mut counts: HashMap<usize, f64> = HashMap::new();
        for _ in 0..requests {
            let client = draw.among(shares);
            let hash = mixer.word(client as u64);
            entropy.note(hash);
            distinct.note(hash);
            *counts.entry(client).or_default() += 1.0;
        }
        let total = requests as f64;
        let bits = counts.values().map(|n| -n / total * (n / total).log2()).sum();
        let deff = counts.values().map(|n| n * n).sum::<f64>() / total;
        let spread = entropy.spread(distinct.estimate()).expect("requests");
        (spread, Exact { bits, deff })
    }

    /// Goal: flat, skewed and spiked streams have the right entropy, with far more clients than
    /// cells too. Method: exact entropy of the same requests; the worst of three seeds.
    #[test]
    fn is_close_to_the_exact_entropy() {
        let flat = |clients: usize| cumulate(&vec![1.0; clients]);
        let spiked = |clients: usize, part: f64| {
            let mut weights = vec![1.0; clients];
            weights[0] = clients as f64 * part / (1.0 - part);
            cumulate(&weights)
        };
        let zipf = |clients, exponent| Draw(0).zipf(clients, exponent);
        for (name, shares, bits_off) in [
            ("one", flat(1), 0.001),
            ("flat 10", flat(10), 0.25),
            ("flat 1e3", flat(1_000), 0.15),
            ("flat 1e5", flat(100_000), 0.15),
            ("half from one of 1e4", spiked(10_000, 0.5), 0.15),
            ("5 % from one of 1e5", spiked(100_000, 0.05), 0.15),
            ("Zipf 0.8 over 1e4", zipf(10_000, 0.8), 0.45),
            ("Zipf 1.1 over 1e4", zipf(10_000, 1.1), 0.45),
            ("Zipf 1.1 over 1e5", zipf(100_000, 1.1), 0.45),
        ] {
            for seed in 1..4 {
                let (spread, exact) = play(&shares, 100_000, seed);
                let off = spread.bits - exact.bits;
                assert!(off.abs() < bits_off, "{name}: {} bits, not {}", spread.bits, exact.bits);
                let deff = spread.deff / exact.deff;
                assert!((0.84..1.16).contains(&deff), "{name}: deff {deff} of {}", exact.deff);
            }
        }
    }

    #[test]
    fn flatness_tells_crowds_from_clients() {
        let crowd = play(&cumulate(&vec![1.0; 5_000]), 50_000, 1).0;
        let mut weights = vec![1.0; 5_000];
        weights[7] = 45_000.0;
        let client = play(&cumulate(&weights), 50_000, 1).0;
        assert!(crowd.flatness > 0.95 && crowd.effective > 3_500.0, "{crowd:?}");
        assert!(client.flatness < 0.3 && client.effective < 5.0, "{client:?}");
    }

    #[test]
    fn merging_is_seeing_both() {
        let (mut all, mut part, mut rest) = <(Entropy, Entropy, Entropy)>::default();
        for request in 0..10_000u64 {
            let hash = Mixer::new(0).word(request % 500);
            all.note(hash);
            if request % 3 == 0 { part.note(hash) } else { rest.note(hash) }
        }
        part.merge(&rest);
        assert_eq!(part.spread(500.0), all.spread(500.0));
        part.clear();
        assert_eq!(part.spread(500.0), None);
    }
}
