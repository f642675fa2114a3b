//! Sticky users with a heavy tail of activity do not press one server more than the others.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use drill::{Connections, LoadSpec, ServiceTime};

use crate::support::{Balancer, Site};

const LENGTH: Duration = Duration::from_secs(42);
const WARM_UP: Duration = Duration::from_secs(10);
const WINDOW: Duration = Duration::from_secs(10);

/// Requests in flight at each server, sample by sample, and the windows' worst ratios.
#[derive(Default)]
struct Pressure {
    samples: VecDeque<(Instant, Vec<f64>)>,
    worst: f64,
    windows: u32,
}

impl Pressure {
    fn sample(&mut self, in_flight: Vec<f64>, judge: bool) {
        let now = Instant::now();
        self.samples.push_back((now, in_flight));
        let is_old = |(at, _): &(Instant, Vec<f64>)| now.duration_since(*at) > WINDOW;
        let mut whole = false;
        while self.samples.front().is_some_and(is_old) {
            self.samples.pop_front();
            whole = true;
        }
        if judge && whole {
            self.windows += 1;
            self.worst = self.worst.max(self.ratio());
        }
    }

    /// The highest mean over the mean of all.
    fn ratio(&self) -> f64 {
        let servers = self.samples[0].1.len();
        let sum = |i: usize| self.samples.iter().map(|(_, row)| row[i]).sum::<f64>();
        let sums: Vec<f64> = (0..servers).map(sum).collect();
        let mean = sums.iter().sum::<f64>() / servers as f64;
        sums.iter().fold(0.0, |most: f64, &sum| most.max(sum)) / mean
    }
}

/// Acceptance 4: 600 sticky users, Zipf(1.1), 65 % load on five equal servers of 4 slots and
/// 20 ms (lognormal, CV² 4). No server above 1.5 × the mean pressure in any window of 10 s
/// after the first 10 s, fewer than 5 % of the requests moved, none failed.
fn stay_even(capacity: &str) {
    let service = ServiceTime::Lognormal { mean: Duration::from_millis(20), cv2: 4.0 };
    let site = Site::start(5, 4, service);
    let pool = site.pool("affinity = {}", |_| capacity.to_owned());
    let balancer = Balancer::start("", "", &pool);
    let load = site.load(
        balancer.address,
        LoadSpec {
            rate: 650.0,
            duration: LENGTH,
            users: 600,
            zipf: 1.1,
            connections: Connections::Shared,
            ..LoadSpec::default()
        },
    );
    let start = Instant::now();
    let mut pressure = Pressure::default();
    while start.elapsed() < LENGTH {
        let status = balancer.status();
        let endpoints = status["pools"][0]["endpoints"].as_array().expect("a list");
        let row = endpoints.iter().map(|e| e["in_flight"].as_f64().expect("a count"));
        pressure.sample(row.collect(), start.elapsed() > WARM_UP + WINDOW);
        // The sampling period: the quantity measured is a mean over time.
        std::thread::sleep(Duration::from_millis(20));
    }
    let report = site.report(load);
    let status = balancer.status();
    let endpoints = status["pools"][0]["endpoints"].as_array().expect("a list");
    let moved: u64 = endpoints.iter().filter_map(|e| e["picks"]["affinity_moved"].as_u64()).sum();
    let share = moved as f64 / report.requests as f64;
    println!(
        "{capacity:?}: worst pressure {:.2} × the mean in {} windows, {:.2} % moved ({:.2} % \
         seen by users), p99 {:?}, {} late",
        pressure.worst,
        pressure.windows,
        share * 100.0,
        report.moved as f64 / report.requests as f64 * 100.0,
        report.latency.quantile(0.99),
        report.late
    );
    assert_eq!((report.failed(), report.dropped), (0, 0), "{report:?}");
    assert!(pressure.windows > 500, "{} windows", pressure.windows);
    assert!(pressure.worst <= 1.5, "{:.2} × the mean pressure", pressure.worst);
    assert!(share < 0.05, "{:.1} % of the requests were moved", share * 100.0);
}

#[test]
fn zipf_users_with_known_capacity() {
    stay_even("capacity = 4");
}

#[test]
fn zipf_users_with_default_capacity() {
    stay_even("");
}
