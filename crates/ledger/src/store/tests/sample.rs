//! Made-up windows whose sums are exact: their fractions are of powers of two.

use std::sync::Arc;

use evenness::{Clients, EndpointWindow, Latencies, PoolWindow};

use super::super::record::Record;

/// A Monday, midnight in UTC, at which a minute, an hour and a day begin.
pub(super) const MIDNIGHT_S: u64 = 1_777_852_800;

/// A window of one second that no other second has the like of.
pub(super) fn window(from_s: u64, endpoints: usize) -> PoolWindow {
    let endpoint = |index: usize| {
        let name: Arc<str> = format!("web{index}").into();
        (name, endpoint(from_s + index as u64))
    };
    PoolWindow {
        from_s,
        length_s: 1.0,
        requests: 100 + from_s % 7,
        asked_again: from_s % 3,
        retries: from_s % 5,
        retries_refused: from_s % 2,
        own_errors: from_s % 4,
        waited: from_s % 11,
        clients: Clients { new_requests: from_s % 13, followed: 5, ..Clients::default() },
        turnout: Box::default(),
        endpoints: (0..endpoints).map(endpoint).collect(),
    }
}

fn endpoint(seed: u64) -> EndpointWindow {
    let mut latencies = Latencies::default();
    latencies.note_many(1_000_000 << (seed % 8), 20);
    latencies.note_many(1_500_000, (seed % 3) as u32);
    EndpointWindow {
        attempts: 20 + seed % 6,
        retries: seed % 2,
        bindings: seed % 9,
        claims: seed % 10,
        picks: [seed % 4, 0, 20, 0, 0, 0, 0, 1, 0],
        propensity: 4.0 + (seed % 8) as f64 / 8.0,
        surprise: (seed % 64) as f64 / 64.0,
        present_s: (seed % 32) as f64 / 4.0,
        taken_s: 0.0,
        cost_s: 0.5,
        statuses: [0, 19, 0, 1, seed % 3],
        failures: seed % 2,
        latencies,
        capacity_s: 100.0,
        usable_s: 100.0,
        approved_s: 0.25,
        effective_s: 0.125,
    }
}

pub(super) fn record(pool: &str, window: PoolWindow) -> Record {
    Record::Window { pool: pool.into(), window }
}

/// A record for each second.
pub(super) fn seconds(pool: &str, time: std::ops::Range<u64>) -> Vec<Record> {
    time.map(|at_s| record(pool, window(at_s, 2))).collect()
}

/// What a pool's records add up to.
pub(super) fn sum(records: &[Record]) -> PoolWindow {
    let windows = records.iter().filter_map(|record| match record {
        Record::Window { window, .. } => Some(window),
        _ => None,
    });
    PoolWindow::sum(windows).expect("some windows")
}
