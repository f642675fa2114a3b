//! The lines above the pools: the process, its configuration, its clients.

use std::collections::BTreeMap;

use ledger::Status;

use super::number::{count, span};
use super::style::{Colour, Style, plain};

/// Enough of a digest to tell two configurations apart by eye.
const DIGEST_CHARS: usize = 12;

pub(super) fn render(status: &Status, style: Style) -> String {
    let mut lines = vec![process(status, style), config(status), connections(status)];
    if !status.refused.is_empty() {
        lines.push(format!("refused before any pool: {}", tally(&status.refused)));
    }
    if let Some(problem) = status.config.last_error.lines().find(|line| !line.trim().is_empty()) {
        let text = format!("last reload refused, nothing changed: {}", plain(problem.trim()));
        lines.push(style.paint(&text, Some(Colour::Red)));
    }
    lines.join("\n") + "\n"
}

/// Counts by name: `connect_failed 2, queue_timeout 1`.
pub(super) fn tally(counts: &BTreeMap<String, u64>) -> String {
    let parts = counts.iter().map(|(name, number)| format!("{} {}", plain(name), count(*number)));
    parts.collect::<Vec<_>>().join(", ")
}

fn process(status: &Status, style: Style) -> String {
    let ready = if status.ready {
        style.paint("ready", Some(Colour::Green))
    } else {
        style.paint("not ready", Some(Colour::Yellow))
    };
    let workers = if status.workers == 1 { "worker" } else { "workers" };
    format!(
        "evenkeel {} · {ready} · up {} · {} {workers}",
        plain(&status.version),
        span(status.uptime_s),
        status.workers
    )
}

fn config(status: &Status) -> String {
    let config = &status.config;
    let age = status.started_at + status.uptime_s - config.loaded_at;
    let digest: String = plain(&config.digest).chars().take(DIGEST_CHARS).collect();
    format!(
        "config {} · {digest} · revision {}, {} old · {} refused",
        plain(&config.path),
        config.revision,
        span(age),
        count(config.reloads_failed)
    )
}

fn connections(status: &Status) -> String {
    let connections = &status.connections;
    let mut line = format!(
        "connections {} open, {} accepted, {} refused, {} tunnels",
        count(connections.open),
        count(connections.accepted),
        count(connections.refused),
        count(connections.tunnels)
    );
    if let Some(log) = &status.access_log {
        let (written, dropped) = (count(log.written), count(log.dropped));
        line.push_str(&format!(" · access log {written} lines, {dropped} lost"));
    }
    line
}
