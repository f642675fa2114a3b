//! A history of the outage of 2024-05-01: two of five servers get four fifths of the requests.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use evenness::{EndpointWindow, Latencies, PoolWindow};
use ledger::{Record, Store};

/// Begins at a whole hour.
pub(crate) const START_S: u64 = 1_714_550_400;

/// A second of a pool: 300 requests, 2 of them failed and tried again.
pub(crate) fn second(from_s: u64) -> PoolWindow {
    let endpoints = [120, 120, 20, 20, 20].into_iter().enumerate().map(|(index, attempts)| {
        let mut latencies = Latencies::default();
        latencies.note_many(20_000_000, attempts as u32);
        let window = EndpointWindow {
            attempts,
            bindings: attempts / 20,
            present_s: attempts as f64 / 2.0,
            statuses: [0, attempts, 0, 0, u64::from(index == 0)],
            latencies,
            capacity_s: 100.0,
            usable_s: 100.0,
            approved_s: 0.2,
            effective_s: if index < 2 { 0.4 } else { 0.2 / 3.0 },
            ..EndpointWindow::default()
        };
        (format!("web{}", index + 1).into(), window)
    });
    PoolWindow {
        from_s,
        length_s: 1.0,
        requests: 300,
        retries: 1,
        own_errors: 2,
        endpoints: endpoints.collect(),
        ..PoolWindow::default()
    }
}

/// Writes such seconds of a pool into a state directory.
pub(crate) fn write(dir: &Path, pool: &str, seconds: impl Iterator<Item = u64>) {
    let store = Store::open(dir).expect("a store");
    let record = |at_s| Record::Window { pool: pool.into(), window: second(at_s) };
    let records: Vec<Record> = seconds.map(record).collect();
    store.write(&records).expect("it is written");
}

pub(crate) fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs()
}
