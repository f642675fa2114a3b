//! Metrics of the balancer as a whole: build, configuration, connections, access log.

use ledger::Status;

use super::text::Kind::{Counter, Gauge};
use super::text::{Kind, Page, Value};

struct Column {
    name: &'static str,
    kind: Kind,
    help: &'static str,
    value: fn(&Status) -> Value,
}

const COLUMNS: [Column; 14] = [
    Column {
        name: "evenkeel_ready",
        kind: Gauge,
        help: "1 while new requests are welcome; 0 while starting up or draining.",
        value: |status| status.ready.into(),
    },
    Column {
        name: "evenkeel_workers",
        kind: Gauge,
        help: "Worker threads.",
        value: |status| Value::Count(status.workers as u64),
    },
    Column {
        name: "evenkeel_config_revision",
        kind: Gauge,
        help: "Reloads that took effect since the start.",
        value: |status| status.config.revision.into(),
    },
    Column {
        name: "evenkeel_config_loaded_timestamp_seconds",
        kind: Gauge,
        help: "When the configuration in force took effect, since the Unix epoch.",
        value: |status| status.config.loaded_at.into(),
    },
    Column {
        name: "evenkeel_config_age_seconds",
        kind: Gauge,
        help: "Time since the configuration in force took effect.",
        value: |status| config_age_s(status).into(),
    },
    Column {
        name: "evenkeel_config_reloads_failed_total",
        kind: Counter,
        help: "Reloads that changed nothing because the file was not valid.",
        value: |status| status.config.reloads_failed.into(),
    },
    Column {
        name: "evenkeel_config_last_reload_successful",
        kind: Gauge,
        help: "0 while the file that was last read is not the configuration in force.",
        value: |status| status.config.last_error.is_empty().into(),
    },
    Column {
        name: "evenkeel_connections_open",
        kind: Gauge,
        help: "Client connections open now.",
        value: |status| status.connections.open.into(),
    },
    Column {
        name: "evenkeel_connections_max",
        kind: Gauge,
        help: "Most client connections that may be open.",
        value: |status| status.connections.max.into(),
    },
    Column {
        name: "evenkeel_tunnels_open",
        kind: Gauge,
        help: "Upgraded client connections open now.",
        value: |status| status.connections.tunnels.into(),
    },
    Column {
        name: "evenkeel_connections_accepted_total",
        kind: Counter,
        help: "Client connections accepted.",
        value: |status| status.connections.accepted.into(),
    },
    Column {
        name: "evenkeel_connections_refused_total",
        kind: Counter,
        help: "Client connections closed at once because a limit was reached.",
        value: |status| status.connections.refused.into(),
    },
    Column {
        name: "evenkeel_pools",
        kind: Gauge,
        help: "Pools in the configuration in force.",
        value: |status| Value::Count(status.pools.len() as u64),
    },
    Column {
        name: "evenkeel_uptime_seconds",
        kind: Gauge,
        help: "Time since the process started.",
        value: |status| status.uptime_s.into(),
    },
];

pub(super) fn write(page: &mut Page, status: &Status) {
    page.family("evenkeel_build_info", Gauge, "Always 1; the version of the program.")
        .sample(&[("version", &status.version)], 1);
    page.family("evenkeel_config_info", Gauge, "Always 1; the configuration in force.")
        .sample(&[("digest", &status.config.digest), ("path", &status.config.path)], 1);
    for column in &COLUMNS {
        let value = (column.value)(status);
        page.family(column.name, column.kind, column.help).sample(&[], value);
    }
    write_refused(page, status);
    write_access_log(page, status);
}

fn write_refused(page: &mut Page, status: &Status) {
    let help = "Requests answered before any pool saw them, by error.";
    let mut family = page.family("evenkeel_requests_refused_total", Counter, help);
    for (error, count) in &status.refused {
        family.sample(&[("error", error)], *count);
    }
}

// Absent without an access log: zero lines would read as a log that works.
fn write_access_log(page: &mut Page, status: &Status) {
    let Some(log) = &status.access_log else { return };
    let help = "Lines written to the access log.";
    page.family("evenkeel_access_log_lines_written_total", Counter, help).sample(&[], log.written);
    let help = "Access log lines lost: the buffer was full or the disk refused them.";
    page.family("evenkeel_access_log_lines_dropped_total", Counter, help).sample(&[], log.dropped);
    let help = "Rotations of the access log that failed: it went on in its old file.";
    page.family("evenkeel_access_log_reopens_failed_total", Counter, help)
        .sample(&[], log.reopens_failed);
}

// From the snapshot's own clock, so that the page holds one moment only. The loading can lie
// in its future by the length of a step of the system's clock.
fn config_age_s(status: &Status) -> f64 {
    (status.started_at + status.uptime_s - status.config.loaded_at).max(0.0)
}
