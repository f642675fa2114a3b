//! The report for people, in a terminal.

use super::figures::{self, Table};
use super::verdict::{Outcome, Verdict};
use crate::table::{self, Column};

pub(super) fn render(outcome: &Outcome) -> String {
    let (about, report) = (&outcome.about, &outcome.report);
    let mut text = format!("{}: {}\n", table::visible(&about.url), table::visible(&about.how));
    let ended = if outcome.interrupted { ", ended early" } else { "" };
    text += &format!("{:.1} s counted{ended}\n\n", report.sending.as_secs_f64());
    for fact in figures::facts(report) {
        text += &format!("  {}\n", table::visible(&fact));
    }
    let tables = [
        figures::latencies(report),
        figures::origins(report),
        figures::thresholds(&outcome.thresholds),
    ];
    for table in tables.iter().filter(|table| !table.rows.is_empty()) {
        text += "\n";
        text += &plain(table);
    }
    text += "\n";
    text += &match &outcome.verdict {
        Verdict::Pass if outcome.thresholds.is_empty() => {
            "pass: valid, and no thresholds were given\n".to_owned()
        }
        Verdict::Pass => "pass\n".to_owned(),
        Verdict::Fail if report.responses == 0 => {
            "FAIL: no request got a whole response\n".to_owned()
        }
        Verdict::Fail => "FAIL\n".to_owned(),
        Verdict::Invalid(why) => format!("INVALID: {why}: these figures say nothing\n"),
    };
    text
}

fn plain(table: &Table) -> String {
    let columns: Vec<Column> = table
        .columns
        .iter()
        .enumerate()
        .map(|(index, name)| if index == 0 { Column::left(name) } else { Column::right(name) })
        .collect();
    let visible = |row: &Vec<String>| row.iter().map(|cell| table::visible(cell)).collect();
    let expendable = ["p75", "p99.99", "p95", "p90", "mean"];
    table::plain(&columns, table.rows.iter().map(visible), &expendable)
}
