//! What the firewall saw, for scripts: one object.

use config::FirewallFormat;
use evenness::{AlertClass, Busy, Covers, FileCoverage, FirewallWindow};
use serde_json::{Map, Value, json};

use super::text::date;
use super::view::{Row, View};

const SOURCES: usize = 10;

pub(super) fn render(view: &View) -> String {
    let mut object = window(&view.window);
    object["from"] = json!(date(view.from_s));
    object["to"] = json!(date(view.to_s));
    object["coverage"] = json!(covers(view.covers));
    object["covered_share"] = json!(share(view.covers));
    object["counts_are_floors"] = json!(view.coverage.limited());
    object["top_source"] = json!(view.window.top_source().map(busy));
    object["top_network"] = json!(view.window.top_network().map(busy));
    object["top_sources"] = view.window.top_sources(SOURCES).into_iter().map(busy).collect();
    object["rows"] = view.rows.iter().map(row).collect();
    let files = view.coverage.files.iter().zip(&view.formats);
    object["files"] = files.map(|(one, format)| file(one, *format, view)).collect();
    format!("{object:#}\n")
}

fn window(window: &FirewallWindow) -> Value {
    let counts = &window.counts;
    let alerts: Map<String, Value> = AlertClass::ALL
        .into_iter()
        .map(|class| (class.name().to_owned(), json!(counts.alerts[class.index()])))
        .collect();
    json!({
        "seconds": window.length_s,
        "dropped": counts.dropped,
        "dropped_per_s": window.dropped_per_s(),
        "dropped_syns": counts.dropped_syns,
        "dropped_bytes": counts.dropped_bytes,
        "dropped_elsewhere": counts.dropped_elsewhere,
        "accepted": counts.accepted,
        "accepted_bytes": counts.accepted_bytes,
        "undecided": counts.undecided,
        "suppressed": counts.suppressed,
        "alerts": alerts,
        "sources": window.sources().round(),
    })
}

fn row(row: &Row) -> Value {
    let counts = &row.window.counts;
    json!({
        "from": date(row.window.from_s),
        "seconds": row.window.length_s,
        "coverage": covers(row.covers),
        "covered_share": share(row.covers),
        "dropped": counts.dropped,
        "accepted": counts.accepted,
        "alerts": counts.alerts_total(),
        "sources": row.window.sources().round(),
    })
}

fn file(file: &FileCoverage, format: Option<FirewallFormat>, view: &View) -> Value {
    let stretch = |(from_s, to_s): (u64, u64)| json!({ "from": date(from_s), "to": date(to_s) });
    json!({
        "file": file.file,
        "format": format.map(FirewallFormat::name),
        "state": file.state.name(),
        "error": file.error,
        "lines": file.lines,
        "not_understood": file.not_understood,
        "first_not_understood": file.first_not_understood,
        "lag_bytes": file.lag_bytes,
        "limited": file.limited,
        "gaps": file.gaps(view.from_s, view.to_s).into_iter().map(stretch).collect::<Vec<_>>(),
    })
}

fn busy(busy: Busy) -> Value {
    json!({
        "network": format!("{}/{}", busy.address, busy.prefix),
        "dropped": busy.dropped,
        "share": busy.share,
    })
}

fn covers(covers: Covers) -> &'static str {
    match covers {
        Covers::Full => "full",
        Covers::Part(_) => "part",
        Covers::None => "none",
    }
}

fn share(covers: Covers) -> f64 {
    match covers {
        Covers::Full => 1.0,
        Covers::Part(part) => part,
        Covers::None => 0.0,
    }
}
