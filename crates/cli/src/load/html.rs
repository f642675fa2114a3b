//! The report as a page: tables and charts in one file that needs nothing else.

use chart::{Axis, BarSeries, Bars, Lines, Series};
use drill::{Report, Second};

use super::figures::{self, Table};
use super::percentiles::{curve, ms};
use super::verdict::{Outcome, Verdict};

/// Points of a line; a longer run shows the worst of several seconds in one.
const POINTS_MAX: usize = 600;

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:15px/1.5 system-ui,sans-serif;max-width:760px;margin:2em auto;padding:0 1em;\
background:#ffffff;color:#1f2328}\
h1{font-size:1.3em;overflow-wrap:anywhere}\
table{border-collapse:collapse;margin:1em 0;display:block;overflow-x:auto}\
th,td{padding:.2em .7em;text-align:right;border-bottom:1px solid #d8dee4;white-space:nowrap}\
th:first-child,td:first-child{text-align:left}\
.pass{color:#1a7f37}.fail,.invalid{color:#b42318}figure{margin:1.5em 0}\
@media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}\
th,td{border-color:#30363d}.pass{color:#3fb950}.fail,.invalid{color:#ff7b72}}";

pub(super) fn render(outcome: &Outcome) -> String {
    let report = &outcome.report;
    let url = escaped(&outcome.about.url);
    // The policy is a promise that the reader's browser keeps: nothing is fetched, nothing runs.
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>Load: {url}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>{url}</h1>\n"
    );
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
        page += &format!("<figure>\n{svg}</figure>\n");
    }
    page + "</main>\n</body>\n</html>\n"
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
    if table.rows.is_empty() {
        return String::new();
    }
    let head: String = table.columns.iter().map(|name| format!("<th>{name}</th>")).collect();
    let mut text = format!("<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        let cells: String = row.iter().map(|cell| format!("<td>{}</td>", escaped(cell))).collect();
        text += &format!("<tr>{cells}</tr>\n");
    }
    text + "</tbody>\n</table>\n"
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

fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, char| {
        match char {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            char if char.is_control() => safe.push('\u{fffd}'),
            char => safe.push(char),
        }
        safe
    })
}
