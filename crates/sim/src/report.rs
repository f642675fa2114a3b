//! What was seen of one play.

use hdrhistogram::Histogram;

/// One server's part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointReport {
    /// Its name.
    pub name: String,
    /// Requests that it answered, errors included.
    pub requests: u64,
    /// Its part of all answers, 0 to 1.
    pub share: f64,
    /// Mean requests present ÷ capacity.
    pub pressure: f64,
}

/// What a balancer has found out about the servers by itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Learned {
    /// Each server's speed, relative to the median.
    pub speeds: Vec<f64>,
    /// How many requests each serves at once.
    pub slots: Vec<f64>,
}

/// Counts, delays and evenness of one play, from the end of its warm-up on.
#[derive(Clone, Debug)]
pub struct Report {
    /// Requests that ended, each counted once however often its user asked.
    pub requests: u64,
    /// Times that a user asked again.
    pub retried: u64,
    /// Those that ended in an error.
    pub errors: u64,
    /// Attempts beyond the first.
    pub retries: u64,
    /// Requests whose connection was closed under them, sent again or not; none in virtual time.
    pub stale: u64,
    /// Answers from another server than the same user's answer before.
    pub moved: u64,
    /// From the request to its answer, errors included, µs.
    pub latency: Histogram<u64>,
    /// Latency of good answers beyond the request's own demand, µs.
    pub excess: Histogram<u64>,
    /// The servers' names, in their order.
    pub names: Vec<String>,
    /// Mean requests present of each server per second.
    pub present: Vec<Vec<f64>>,
    /// Answers of each server per second.
    pub answers: Vec<Vec<u64>>,
    /// What each server is built for.
    pub capacities: Vec<f64>,
    /// Requests that began in the whole play.
    pub begun: u64,
    /// What our pool had learned, per second of the whole play: the first balancer's.
    pub learned: Vec<Learned>,
}

impl Report {
    /// An empty one of servers with these names, built for so many concurrent requests each.
    pub fn new(names: Vec<String>, capacities: Vec<f64>) -> Self {
        Report {
            requests: 0,
            retried: 0,
            errors: 0,
            retries: 0,
            stale: 0,
            moved: 0,
            latency: histogram(),
            excess: histogram(),
            names,
            present: Vec::new(),
            answers: Vec::new(),
            capacities,
            begun: 0,
            learned: Vec::new(),
        }
    }

    /// Adds another play of the same servers.
    pub fn add(&mut self, other: &Report) {
        self.requests += other.requests;
        self.retried += other.retried;
        self.errors += other.errors;
        self.retries += other.retries;
        self.stale += other.stale;
        self.moved += other.moved;
        self.begun += other.begun;
        // Both have the same digits, and grow with their values: this cannot fail.
        let _ = self.latency.add(&other.latency);
        let _ = self.excess.add(&other.excess);
        self.present.extend_from_slice(&other.present);
        self.answers.extend_from_slice(&other.answers);
        self.learned.extend_from_slice(&other.learned);
    }

    /// Each server's part.
    pub fn endpoints(&self) -> Vec<EndpointReport> {
        let seconds = self.present.len().max(1) as f64;
        let all: u64 = self.answers.iter().flatten().sum();
        let endpoint = |(index, name): (usize, &String)| {
            let requests = self.answers.iter().map(|row| row[index]).sum();
            let present: f64 = self.present.iter().map(|row| row[index]).sum();
            EndpointReport {
                name: name.clone(),
                requests,
                share: requests as f64 / all.max(1) as f64,
                pressure: present / seconds / self.capacities[index],
            }
        };
        self.names.iter().enumerate().map(endpoint).collect()
    }

    /// Latency that the part `q` of all requests does not exceed, in ms.
    pub fn latency_ms(&self, q: f64) -> f64 {
        self.latency.value_at_quantile(q) as f64 / 1e3
    }

    /// The same of the excess.
    pub fn excess_ms(&self, q: f64) -> f64 {
        self.excess.value_at_quantile(q) as f64 / 1e3
    }

    /// Mean of the excess, in ms.
    pub fn excess_mean_ms(&self) -> f64 {
        self.excess.mean() / 1e3
    }

    /// Part of the requests that came from another server than their user's one before.
    pub fn moved_ratio(&self) -> f64 {
        self.moved as f64 / self.requests.max(1) as f64
    }

    /// The highest share ÷ capacity over the mean of all.
    pub fn peak_to_mean_share(&self) -> f64 {
        let counts = self.endpoints().into_iter().map(|e| e.requests as f64);
        peak_to_mean(counts.zip(&self.capacities).map(|(count, &capacity)| count / capacity))
    }

    /// The highest pressure over the mean of all.
    pub fn peak_to_mean_pressure(&self) -> f64 {
        peak_to_mean(self.endpoints().into_iter().map(|e| e.pressure))
    }

    /// The same in each window of so many whole seconds.
    pub fn pressure_peaks(&self, window_s: usize) -> Vec<f64> {
        let peak = |rows: &[Vec<f64>]| {
            let sums =
                (0..self.capacities.len()).map(|i| rows.iter().map(|row| row[i]).sum::<f64>());
            peak_to_mean(sums.zip(&self.capacities).map(|(sum, &capacity)| sum / capacity))
        };
        self.present.chunks_exact(window_s.max(1)).map(peak).collect()
    }

    /// Jain's index of the pressures: 1 is even, 1 ÷ n is all on one.
    pub fn jain(&self) -> f64 {
        let endpoints = self.endpoints();
        let sum: f64 = endpoints.iter().map(|e| e.pressure).sum();
        let squares: f64 = endpoints.iter().map(|e| e.pressure * e.pressure).sum();
        let n = endpoints.len() as f64;
        if squares > 0.0 { sum * sum / (n * squares) } else { 1.0 }
    }

    /// Part of the answers, errors included, between two whole seconds after the warm-up that
    /// these servers gave.
    pub fn share_of(&self, servers: &[usize], from_s: usize, to_s: usize) -> f64 {
        let rows = || self.answers.iter().take(to_s).skip(from_s);
        let all: u64 = rows().flatten().sum();
        let own: u64 = rows().flat_map(|row| servers.iter().map(|&server| row[server])).sum();
        own as f64 / all.max(1) as f64
    }

    /// Part of the answers between two whole seconds after the warm-up that so many of the
    /// busiest servers gave.
    pub fn top_share(&self, servers: usize, from_s: usize, to_s: usize) -> f64 {
        let rows = self.answers.iter().take(to_s).skip(from_s);
        let mut sums = vec![0u64; self.capacities.len()];
        for row in rows {
            sums.iter_mut().zip(row).for_each(|(sum, &count)| *sum += count);
        }
        let all: u64 = sums.iter().sum();
        sums.sort_unstable_by(|a, b| b.cmp(a));
        sums.iter().take(servers).sum::<u64>() as f64 / all.max(1) as f64
    }
}

/// Significant digits of delays.
const DIGITS: u8 = 3;

#[expect(clippy::expect_used, reason = "the histogram takes any number of digits up to 5")]
fn histogram() -> Histogram<u64> {
    Histogram::new(DIGITS).expect("digits are within 0..=5")
}

fn peak_to_mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let peak = values.iter().copied().fold(0.0, f64::max);
    if mean > 0.0 { peak / mean } else { 1.0 }
}
