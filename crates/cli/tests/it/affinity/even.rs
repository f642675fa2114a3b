//! Sticky users with a heavy tail of activity do not press one server more than the others.

use std::time::{Duration, Instant};

use drill::{Connections, Demand, LoadSpec};
use serde_json::Value;

use crate::support::{Balancer, Site};

const LENGTH: Duration = Duration::from_secs(41);
const WARM_UP: Duration = Duration::from_secs(10);
const WINDOW: Duration = Duration::from_secs(10);

/// Requests in flight at each server, when they were counted.
type Sample = (Duration, Vec<f64>);

/// The highest server's mean over the mean of all, for each window after the warm-up.
fn peaks(samples: &[Sample]) -> Vec<f64> {
    let starts = (0..).map(|n| WARM_UP + n * WINDOW).take_while(|&start| start + WINDOW <= LENGTH);
    let peak = |start: Duration| {
        let within = |at: Duration| at >= start && at < start + WINDOW;
        let rows: Vec<&Vec<f64>> =
            samples.iter().filter(|(at, _)| within(*at)).map(|(_, row)| row).collect();
        assert!(rows.len() > 50, "{} samples in a window", rows.len());
        let sum = |server: usize| rows.iter().map(|row| row[server]).sum::<f64>();
        let sums: Vec<f64> = (0..rows[0].len()).map(sum).collect();
        let mean = sums.iter().sum::<f64>() / sums.len() as f64;
        sums.into_iter().fold(0.0, f64::max) / mean
    };
    starts.map(peak).collect()
}

/// Acceptance 4: 600 sticky users, Zipf(1.1), 65 % load on five equal servers of 4 slots and
/// 20 ms (lognormal, CV² 4). No server above 1.5 × the mean pressure in windows of 10 s after
/// the first 10 s, fewer than 5 % of the requests moved, none failed.
fn stay_even(capacity: &str) {
    let service = Demand::Lognormal { mean: Duration::from_millis(20), cv2: 4.0 };
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
    let (start, mut samples) = (Instant::now(), Vec::new());
    while start.elapsed() < LENGTH {
        let status = balancer.status();
        let endpoints = status["pools"][0]["endpoints"].as_array().expect("a list");
        // What is held for a server is its load as well.
        let count = |e: &Value, key: &str| e[key].as_f64().expect("a count");
        let row = endpoints.iter().map(|e| count(e, "in_flight") + count(e, "held"));
        samples.push((start.elapsed(), row.collect()));
        // The sampling period: the quantity measured is a mean over time.
        std::thread::sleep(Duration::from_millis(20));
    }
    let report = site.report(load);
    let status = balancer.status();
    let endpoints = status["pools"][0]["endpoints"].as_array().expect("a list");
    let moved: u64 = endpoints.iter().filter_map(|e| e["picks"]["affinity_moved"].as_u64()).sum();
    let share = moved as f64 / report.requests as f64;
    let peaks = peaks(&samples);
    println!(
        "{capacity:?}: pressure up to {peaks:.2?} × the mean, {:.2} % moved ({:.2} % seen by \
         users), p99 {:?}, {} late",
        share * 100.0,
        report.moved as f64 / report.requests as f64 * 100.0,
        report.latency.quantile(0.99),
        report.late
    );
    assert_eq!((report.failed(), report.dropped), (0, 0), "{report:?}");
    assert!(peaks.iter().all(|&peak| peak <= 1.5), "{peaks:.2?} × the mean");
    assert!(share < 0.05, "{:.1} % of the requests were moved", share * 100.0);
    assert!(status["pools"][0]["held"].as_u64() > Some(0), "some waited for their server");
}

#[test]
fn zipf_users_with_known_capacity() {
    stay_even("capacity = 4");
}

#[test]
fn zipf_users_with_default_capacity() {
    stay_even("");
}
