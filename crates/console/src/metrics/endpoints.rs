//! Metrics of each endpoint.

use std::collections::BTreeSet;

use ledger::{BUCKETS_S, EndpointStatus, PoolStatus};

use super::text::Kind::{Counter, Gauge};
use super::text::{Histogram, Kind, Page, Value};

struct Column {
    name: &'static str,
    kind: Kind,
    help: &'static str,
    value: fn(&EndpointStatus) -> Value,
}

const COLUMNS: [Column; 19] = [
    Column {
        name: "evenkeel_endpoint_attempts_total",
        kind: Counter,
        help: "Attempts sent to the endpoint, retries included.",
        value: |endpoint| endpoint.requests.into(),
    },
    Column {
        name: "evenkeel_endpoint_failures_total",
        kind: Counter,
        help: "Attempts that ended without an answer.",
        value: |endpoint| endpoint.failures.into(),
    },
    Column {
        name: "evenkeel_endpoint_retries_total",
        kind: Counter,
        help: "Attempts that were retries.",
        value: |endpoint| endpoint.retries.into(),
    },
    Column {
        name: "evenkeel_endpoint_bindings_total",
        kind: Counter,
        help: "New sessions bound to the endpoint.",
        value: |endpoint| endpoint.bindings.into(),
    },
    Column {
        name: "evenkeel_endpoint_ejections_total",
        kind: Counter,
        help: "Times the endpoint was ejected because of its answers.",
        value: |endpoint| endpoint.ejections.into(),
    },
    Column {
        name: "evenkeel_endpoint_probe_transitions_total",
        kind: Counter,
        help: "Times the probe changed its mind about the endpoint.",
        value: |endpoint| endpoint.probe_transitions.into(),
    },
    Column {
        name: "evenkeel_endpoint_request_body_bytes_total",
        kind: Counter,
        help: "Bytes of request bodies sent to the endpoint.",
        value: |endpoint| endpoint.bytes_in.into(),
    },
    Column {
        name: "evenkeel_endpoint_response_body_bytes_total",
        kind: Counter,
        help: "Bytes of response bodies received from the endpoint.",
        value: |endpoint| endpoint.bytes_out.into(),
    },
    Column {
        name: "evenkeel_endpoint_in_flight",
        kind: Gauge,
        help: "Requests in flight.",
        value: |endpoint| endpoint.in_flight.into(),
    },
    Column {
        name: "evenkeel_endpoint_held",
        kind: Gauge,
        help: "Requests that are held and would have gone to the endpoint.",
        value: |endpoint| endpoint.held.into(),
    },
    Column {
        name: "evenkeel_endpoint_capacity",
        kind: Gauge,
        help: "Concurrent requests the endpoint is built for.",
        value: |endpoint| endpoint.capacity.into(),
    },
    Column {
        name: "evenkeel_endpoint_weight",
        kind: Gauge,
        help: "Deliberate departure from capacity; 1 is none.",
        value: |endpoint| endpoint.weight.into(),
    },
    Column {
        name: "evenkeel_endpoint_speed_ratio",
        kind: Gauge,
        help: "Speed learned from its answers; 1 is the median of its peers.",
        value: |endpoint| endpoint.speed.into(),
    },
    Column {
        name: "evenkeel_endpoint_pressure_ratio",
        kind: Gauge,
        help: "Requests in flight or held, by capacity.",
        value: |endpoint| endpoint.pressure.into(),
    },
    Column {
        name: "evenkeel_endpoint_pressure_10s_ratio",
        kind: Gauge,
        help: "Mean pressure over the last 10 seconds.",
        value: |endpoint| endpoint.pressure_10s.into(),
    },
    Column {
        name: "evenkeel_endpoint_intended_share_ratio",
        kind: Gauge,
        help: "Share of the requests of its pool that configuration and state ask for.",
        value: |endpoint| endpoint.intended_share.into(),
    },
    Column {
        name: "evenkeel_endpoint_share_ratio",
        kind: Gauge,
        help: "Share of the requests of its pool since the start.",
        value: |endpoint| endpoint.share.into(),
    },
    Column {
        name: "evenkeel_endpoint_share_10s_ratio",
        kind: Gauge,
        help: "Share of the requests of its pool over the last 10 seconds.",
        value: |endpoint| endpoint.share_10s.into(),
    },
    Column {
        name: "evenkeel_endpoint_latency_p99_10s_seconds",
        kind: Gauge,
        help: "99th percentile of the time to first byte over the last 10 seconds; 0 without any.",
        value: |endpoint| endpoint.latency.p99_10s_s.into(),
    },
];

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// A series per state, so that a change of state does not start a new one.
const STATES: [&str; 6] = ["up", "slow_start", "ejected", "down", "drain", "removed"];

type Row<'a> = (&'a str, &'a EndpointStatus);

pub(super) fn write(page: &mut Page, pools: &[PoolStatus]) {
    let rows = distinct(pools);
    let mut family = page.family("evenkeel_endpoint_info", Gauge, "Always 1; its address.");
    for (pool, endpoint) in &rows {
        let address = ("address", endpoint.address.as_str());
        family.sample(&[("pool", pool), ("endpoint", &endpoint.name), address], 1);
    }
    for column in &COLUMNS {
        let mut family = page.family(column.name, column.kind, column.help);
        for (pool, endpoint) in &rows {
            let labels = [("pool", *pool), ("endpoint", endpoint.name.as_str())];
            family.sample(&labels, (column.value)(endpoint));
        }
    }
    write_responses(page, &rows);
    write_picks(page, &rows);
    write_state(page, &rows);
    write_probe(page, &rows);
    write_latency(page, &rows);
}

/// Every endpoint once, in order; of two with the same name in a pool, the first.
///
/// A scrape with the same series twice is refused as a whole: one drained endpoint that shares
/// its name with its successor would blind all monitoring.
fn distinct(pools: &[PoolStatus]) -> Vec<Row<'_>> {
    let mut seen = BTreeSet::new();
    let all = pools
        .iter()
        .flat_map(|pool| pool.endpoints.iter().map(|endpoint| (pool.name.as_str(), endpoint)));
    all.filter(|(pool, endpoint)| seen.insert((*pool, endpoint.name.as_str()))).collect()
}

fn write_responses(page: &mut Page, rows: &[Row<'_>]) {
    let help = "Answers of the endpoint, by class of status.";
    let mut family = page.family("evenkeel_endpoint_requests_total", Counter, help);
    for (pool, endpoint) in rows {
        for (code, count) in CLASSES.iter().zip(endpoint.statuses) {
            family.sample(&[("pool", pool), ("endpoint", &endpoint.name), ("code", code)], count);
        }
    }
}

fn write_picks(page: &mut Page, rows: &[Row<'_>]) {
    let help = "Picks of the endpoint, by reason.";
    let mut family = page.family("evenkeel_endpoint_picks_total", Counter, help);
    for (pool, endpoint) in rows {
        for (reason, count) in &endpoint.picks {
            let reason = ("reason", reason.as_str());
            family.sample(&[("pool", pool), ("endpoint", &endpoint.name), reason], *count);
        }
    }
}

fn write_state(page: &mut Page, rows: &[Row<'_>]) {
    let help = "1 for the state the endpoint is in, 0 for the others.";
    let mut family = page.family("evenkeel_endpoint_state", Gauge, help);
    for (pool, endpoint) in rows {
        let current = endpoint.state.as_str();
        let unlisted = (!STATES.contains(&current)).then_some(current);
        for state in STATES.into_iter().chain(unlisted) {
            let labels = [("pool", *pool), ("endpoint", &endpoint.name), ("state", state)];
            family.sample(&labels, state == current);
        }
    }
}

// No sample while nothing is known: 0 would raise an alarm, 1 would hide one.
fn write_probe(page: &mut Page, rows: &[Row<'_>]) {
    let help = "1 when the probe finds the endpoint up, 0 when down; absent while unknown.";
    let mut family = page.family("evenkeel_endpoint_probe_up", Gauge, help);
    for (pool, endpoint) in rows {
        let up = match endpoint.probe.as_str() {
            "up" => true,
            "down" => false,
            _ => continue,
        };
        family.sample(&[("pool", pool), ("endpoint", &endpoint.name)], up);
    }
}

fn write_latency(page: &mut Page, rows: &[Row<'_>]) {
    let help = "Time to the first byte of an answer.";
    let mut family = page.family("evenkeel_endpoint_latency_seconds", Kind::Histogram, help);
    for (pool, endpoint) in rows {
        let latency = &endpoint.latency;
        let histogram = Histogram {
            bounds: &BUCKETS_S,
            cumulative: &latency.buckets,
            count: latency.count,
            sum: latency.sum_s,
        };
        family.histogram(&[("pool", pool), ("endpoint", &endpoint.name)], &histogram);
    }
}
