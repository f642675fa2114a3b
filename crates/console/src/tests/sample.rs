//! A status in which every field differs from its default, with names nobody should choose.

use std::collections::BTreeMap;

use ledger::{
    AccessLogStatus, ConfigStatus, ConnectionStatus, EndpointStatus, LatencyStatus, PoolStatus,
    Status,
};

use crate::Source;

pub(super) const AWKWARD: &str = "say \"hi\" \\ to\nall";

/// Answers one status, and reloads as it is told.
pub(super) struct Fixed {
    pub(super) status: Status,
    pub(super) reload: Result<String, String>,
}

impl Source for Fixed {
    fn status(&self) -> Status {
        self.status.clone()
    }

    fn reload(&self, _: &str) -> Result<String, String> {
        self.reload.clone()
    }
}

pub(super) fn source() -> Fixed {
    Fixed { status: status(), reload: Ok("2 pools; weight of portal/web1: 1 → 2".to_owned()) }
}

pub(super) fn counts(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
    pairs.iter().map(|(key, count)| ((*key).to_owned(), *count)).collect()
}

pub(super) fn status() -> Status {
    Status {
        version: "0.1.0".to_owned(),
        started_at: 1000.5,
        uptime_s: 60.0,
        workers: 2,
        ready: true,
        config: ConfigStatus {
            path: "/etc/evenkeel.toml".to_owned(),
            digest: "9f2c".to_owned(),
            revision: 3,
            loaded_at: 1050.0,
            reloads_failed: 1,
            last_error: format!("evenkeel.toml:3: {AWKWARD}"),
            restart_needed: vec!["server.workers".to_owned()],
        },
        connections: ConnectionStatus { open: 5, max: 50, accepted: 9, refused: 1, tunnels: 2 },
        access_log: Some(AccessLogStatus { written: 100, dropped: 4, reopens_failed: 1 }),
        refused: counts(&[("bad_request", 7), ("no_route", 1)]),
        pools: vec![pool("portal"), pool(AWKWARD)],
    }
}

fn pool(name: &str) -> PoolStatus {
    PoolStatus {
        name: name.to_owned(),
        policy: "least_pressure".to_owned(),
        requests: 98,
        errors: counts(&[("connect_failed", 2), ("queue_timeout", 1)]),
        retries: 3,
        retries_refused: 1,
        queue_waiting: 1,
        queue_waited: 8,
        held: 7,
        panic: true,
        unmovable: 6,
        endpoints: vec![endpoint("web1", "up", "up"), endpoint(AWKWARD, "down", "down")],
    }
}

pub(super) fn endpoint(name: &str, state: &str, probe: &str) -> EndpointStatus {
    EndpointStatus {
        name: name.to_owned(),
        address: "10.0.0.11:8080".to_owned(),
        state: state.to_owned(),
        probe: probe.to_owned(),
        capacity: 100.0,
        weight: 1.5,
        speed: 0.75,
        in_flight: 25,
        held: 1,
        pressure: 0.25,
        pressure_10s: 0.3,
        intended_share: 0.5,
        share: 0.51,
        share_10s: 0.49,
        requests: 50,
        statuses: [1, 40, 2, 3, 4],
        failures: 2,
        retries: 1,
        bindings: 11,
        picks: counts(&[("affinity_kept", 30), ("weight", 20)]),
        ejections: 1,
        probe_transitions: 2,
        bytes_in: 1234,
        bytes_out: 56789,
        latency: LatencyStatus {
            count: 50,
            sum_s: 1.25,
            p50_s: 0.01,
            p99_s: 0.2,
            p99_10s_s: 0.15,
            buckets: vec![0, 0, 1, 5, 20, 30, 40, 45, 49, 50, 50, 50, 50, 50],
        },
    }
}
