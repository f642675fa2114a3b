//! The tables that text and page have in common.

use drill::{Latency, Report};

use super::percentiles::SHOWN;
use crate::table::number;

/// A table's columns, the first of words, and its rows.
pub(super) struct Table {
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

/// Latencies of one load, three ways.
pub(super) fn latencies(report: &Report) -> Table {
    let mut columns = vec!["latency"];
    columns.extend(SHOWN.map(|(_, name, _)| name));
    columns.extend(["max", "mean"]);
    let row = |name: &str, latency: &Latency| {
        let shown = |time: std::time::Duration| number::latency(time.as_secs_f64());
        let mut row = vec![name.to_owned()];
        row.extend(SHOWN.map(|(q, ..)| shown(latency.quantile(q))));
        row.extend([shown(latency.max()), shown(latency.mean())]);
        row
    };
    let rows = vec![
        row("all outcomes", &report.outcomes),
        row("corrected", &report.latency),
        row("uncorrected", &report.latency_from_start),
    ];
    Table { columns, rows }
}

/// Who answered; no rows where nobody said.
pub(super) fn origins(report: &Report) -> Table {
    let row = |(name, origin): (&String, &drill::OriginReport)| {
        vec![
            name.clone(),
            number::count(origin.responses),
            number::percent(report.share(name)),
            number::count(origin.errors),
            number::latency(origin.latency.quantile(0.5).as_secs_f64()),
            number::latency(origin.latency.quantile(0.99).as_secs_f64()),
        ]
    };
    Table {
        columns: vec!["origin", "responses", "share", "errors", "p50", "p99"],
        rows: report.origins.iter().map(row).collect(),
    }
}

/// Rules and what was seen.
pub(super) fn thresholds(judged: &[super::threshold::Judged]) -> Table {
    let row = |one: &super::threshold::Judged| {
        let word = if one.passed { "kept" } else { "BROKEN" };
        vec![one.text.clone(), one.observed.clone(), word.to_owned()]
    };
    Table { columns: vec!["threshold", "observed", ""], rows: judged.iter().map(row).collect() }
}

/// Requests and what became of them, one fact each.
pub(super) fn facts(report: &Report) -> Vec<String> {
    let count = number::count;
    let mut facts = vec![
        format!(
            "{} requests ({}/s), {} responses ({}/s), {} errors ({:.3}%)",
            count(report.requests),
            number::rate(report.request_rate()),
            count(report.responses),
            number::rate(report.rate()),
            count(report.failed()),
            report.error_ratio() * 100.0
        ),
        format!(
            "{} users, {} moved to another origin ({:.2}%), {} sent again on a new connection",
            count(report.users),
            count(report.moved),
            report.moved_ratio() * 100.0,
            count(report.reconnects)
        ),
        format!(
            "body bytes: {} sent, {} received · {} late, {} dropped",
            count(report.bytes_sent),
            count(report.bytes_received),
            count(report.late),
            count(report.dropped)
        ),
    ];
    if !report.statuses.is_empty() {
        let each = report.statuses.iter().map(|(status, n)| format!("{status}: {}", count(*n)));
        facts.push(format!("statuses {}", each.collect::<Vec<_>>().join(", ")));
    }
    let failures = failures(report).into_iter().filter(|(_, number)| *number > 0);
    for (kind, number) in failures {
        let first = report.first_failures.get(kind).map_or("", String::as_str);
        facts.push(format!("failures {kind}: {}, the first: {first}", count(number)));
    }
    facts
}

/// Requests without a whole response, by kind.
pub(super) fn failures(report: &Report) -> [(&'static str, u64); 6] {
    let failures = &report.failures;
    [
        ("connect", failures.connect),
        ("local", failures.local),
        ("tls", failures.tls),
        ("reset", failures.reset),
        ("timeout", failures.timeout),
        ("protocol", failures.protocol),
    ]
}
