//! Metrics of each pool.

use ledger::PoolStatus;

use super::text::Kind::{Counter, Gauge};
use super::text::{Kind, Page, Value};

struct Column {
    name: &'static str,
    kind: Kind,
    help: &'static str,
    value: fn(&PoolStatus) -> Value,
}

const COLUMNS: [Column; 8] = [
    Column {
        name: "evenkeel_pool_requests_total",
        kind: Counter,
        help: "Requests routed to the pool, each once, however often it was tried.",
        value: |pool| pool.requests.into(),
    },
    Column {
        name: "evenkeel_pool_retries_total",
        kind: Counter,
        help: "Retries made.",
        value: |pool| pool.retries.into(),
    },
    Column {
        name: "evenkeel_pool_retries_refused_total",
        kind: Counter,
        help: "Retries that the retry budget refused.",
        value: |pool| pool.retries_refused.into(),
    },
    Column {
        name: "evenkeel_pool_queue_waiting",
        kind: Gauge,
        help: "Requests waiting for an endpoint below its limit.",
        value: |pool| pool.queue_waiting.into(),
    },
    Column {
        name: "evenkeel_pool_queue_waited_total",
        kind: Counter,
        help: "Requests that ever waited for an endpoint below its limit.",
        value: |pool| pool.queue_waited.into(),
    },
    Column {
        name: "evenkeel_pool_requests_held_total",
        kind: Counter,
        help: "Requests that were held until a slot fell free.",
        value: |pool| pool.held.into(),
    },
    Column {
        name: "evenkeel_pool_panic",
        kind: Gauge,
        help: "1 while unhealthy endpoints are used: the healthy ones cannot carry the load.",
        value: |pool| pool.panic.into(),
    },
    Column {
        name: "evenkeel_pool_requests_unmovable_total",
        kind: Counter,
        help: "Requests of hard sessions that had to stay on an endpoint above its bound.",
        value: |pool| pool.unmovable.into(),
    },
];

pub(super) fn write(page: &mut Page, pools: &[PoolStatus]) {
    let mut family = page.family("evenkeel_pool_info", Gauge, "Always 1; the pool's policy.");
    for pool in pools {
        family.sample(&[("pool", &pool.name), ("policy", &pool.policy)], 1);
    }
    for column in &COLUMNS {
        let mut family = page.family(column.name, column.kind, column.help);
        for pool in pools {
            family.sample(&[("pool", &pool.name)], (column.value)(pool));
        }
    }
    let help = "Answers that the balancer made itself, by error.";
    let mut family = page.family("evenkeel_pool_errors_total", Counter, help);
    for pool in pools {
        for (error, count) in &pool.errors {
            family.sample(&[("pool", &pool.name), ("error", error)], *count);
        }
    }
}
