//! The report as a page: tables and charts in one file that needs nothing else.

use chart::{Axis, BarSeries, Bars, Lines, Series};
use drill::{Report, Second};

use super::figures::{self, Table};
use super::percentiles::{curve, ms};
use super::verdict::{Outcome, Verdict};
use crate::page::{self, escaped};

/// Points of a line; a longer run shows the worst of several seconds in one.
const POINTS_MAX: usize = 600;

pub(super) fn render(outcome: &Outcome) -> String {
    let report = &outcome.report;
    let url = escaped(&outcome.about.url);
    let mut page = format!("<h1>{url}</h1>\n");
    page += &verdict(&outcome.verdict);
    let ended = if outcome.interrupted { ", ended early" } else { "" };
    page += &format!("<p>{}{ended}</p>\n<ul>\n", escaped(&outcome.about.how));
    for fact in figures::facts(report) {
        page += &format!("<li>{}</li>\n", escaped(&fact));
    }
    page += "</ul>\n";
    page += &table(&figures::thresholds(&outcome.thresholds));
    page += &table(&figures::latencies(report));
    page += &table(&figures::origins(report));
    let warm_up_s = outcome.about.warm_up.as_secs_f64();
    for svg in charts(report, warm_up_s) {
        page += &page::figure(&svg);
    }
    page::page(&format!("Load: {}", outcome.about.url), &page)
}

fn verdict(verdict: &Verdict) -> String {
    let more = match verdict {
        Verdict::Invalid(why) => format!(": {}: these figures say nothing", escaped(why)),
        Verdict::Pass | Verdict::Fail => String::new(),
    };
    let word = verdict.word();
    format!("<p class=\"{word}\"><strong>{}{more}</strong></p>\n", word.to_uppercase())
}

fn table(table: &Table) -> String {
    let rows: Vec<Vec<&str>> =
        table.rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    page::table(&table.columns, &rows)
}

fn charts(report: &Report, warm_up_s: f64) -> Vec<String> {
    let seconds = report.timeline.seconds();
    let width = seconds.len().div_ceil(POINTS_MAX).max(1);
    let time = || match warm_up_s > 0.0 {
        true => Axis::linear(&format!("time, s (warm-up until {warm_up_s})")),
        false => Axis::linear("time, s"),
    };
    let line = |name: &str, of: &dyn Fn(&[Second]) -> f64| {
        let parts = seconds.chunks(width).enumerate();
        Series::new(name, parts.map(|(index, part)| ((index * width) as f64, of(part))))
    };
    let longest = |of: fn(&Second) -> std::time::Duration| {
        // A second without an outcome has no latency, and leaves a gap.
        move |part: &[Second]| {
            part.iter().map(of).max().filter(|t| !t.is_zero()).map_or(f64::NAN, ms)
        }
    };
    let per_second = |of: fn(&Second) -> u64| {
        move |part: &[Second]| part.iter().map(of).sum::<u64>() as f64 / part.len().max(1) as f64
    };
    let latency = Lines {
        title: "Latency over time".to_owned(),
        x: time(),
        y: Axis::log("latency, ms"),
        series: vec![line("p50", &longest(|one| one.p50)), line("p99", &longest(|one| one.p99))],
    };
    let rates = Lines {
        title: "Requests and errors over time".to_owned(),
        x: time(),
        y: Axis::linear("per second").including(0.0),
        series: vec![
            line("requests", &per_second(|one| one.requests)),
            line("errors", &per_second(|one| one.errors)),
        ],
    };
    let distribution = Lines {
        title: "Latency by percentile".to_owned(),
        x: Axis::nines("part of the responses"),
        y: Axis::log("latency, ms"),
        series: vec![
            Series::new("corrected", curve(&report.latency)),
            Series::new("uncorrected", curve(&report.latency_from_start)),
        ],
    };
    let mut charts = vec![latency.svg(), rates.svg(), distribution.svg()];
    if !report.origins.is_empty() {
        charts.push(shares(report).svg());
    }
    charts
}

fn shares(report: &Report) -> Bars {
    let share = |name: &String| Some((report.share(name) * 1000.0).round() / 10.0);
    Bars {
        title: "Share of the responses by origin".to_owned(),
        y: Axis::linear("share, %"),
        groups: report.origins.keys().cloned().collect(),
        series: vec![BarSeries::new("share", report.origins.keys().map(share))],
    }
}
