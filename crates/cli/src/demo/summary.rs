//! The end of the demo: what happened, in sentences or as one JSON object.

use drill::{OriginReport, Report};
use serde::Serialize;

use super::observed::Endpoint;
use super::play::Played;
use super::site::POOL;
use super::trouble::Trouble;

#[derive(Serialize)]
struct Summary<'a> {
    requests: u64,
    failed_requests: u64,
    duration_s: f64,
    pools: [Pool<'a>; 1],
    events: Vec<Happening<'a>>,
}

#[derive(Serialize)]
struct Pool<'a> {
    name: &'static str,
    endpoints: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    requests: u64,
    share: f64,
    intended_share: f64,
    pressure_mean: f64,
    p99_ms: f64,
}

#[derive(Serialize)]
struct Happening<'a> {
    at_s: f64,
    what: &'a str,
}

/// One line of JSON, without its end.
pub(super) fn json(played: &Played) -> Result<String, Trouble> {
    let events = played.events.iter();
    let summary = Summary {
        requests: played.report.requests,
        failed_requests: played.report.failed(),
        duration_s: rounded(played.report.duration.as_secs_f64()),
        pools: [Pool { name: POOL, endpoints: rows(played) }],
        events: events
            .map(|event| Happening { at_s: rounded(event.at.as_secs_f64()), what: &event.what })
            .collect(),
    };
    serde_json::to_string(&summary).map_err(|error| Trouble {
        message: "the summary cannot be written as JSON".to_owned(),
        detail: error.to_string(),
        hint: "this is a defect of the demo; please report it with the detail",
    })
}

/// For people.
pub(super) fn text(played: &Played) -> String {
    let report = &played.report;
    let early = if played.interrupted { ", until it was ended early" } else { "" };
    let mut lines = vec![
        String::new(),
        format!(
            "In {:.1} s{early}, {} users sent {} requests to five servers through the balancer.",
            report.duration.as_secs_f64(),
            report.users,
            report.requests
        ),
    ];
    for event in &played.events {
        lines.push(format!("After {:.1} s {}.", event.at.as_secs_f64(), event.what));
    }
    lines.push(outcome(report, played.observed.retries));
    lines.extend(affinity(report));
    let rows = rows(played);
    lines.extend(pressure(&rows));
    lines.extend(caveats(report));
    lines.push(String::new());
    lines.extend(grid(&rows));
    lines.join("\n") + "\n"
}

fn rows(played: &Played) -> Vec<Row<'_>> {
    let row = |endpoint: &'_ Endpoint| {
        let answered = played.report.origins.get(&endpoint.name);
        let p99_s = |one: &OriginReport| one.latency.quantile(0.99).as_secs_f64();
        (answered.map_or(0, |one| one.responses), answered.map_or(0.0, p99_s))
    };
    let rows = played.observed.endpoints().iter().map(|endpoint| {
        let (requests, p99_s) = row(endpoint);
        Row {
            name: &endpoint.name,
            requests,
            share: rounded(played.report.share(&endpoint.name)),
            intended_share: rounded(endpoint.intended_share()),
            pressure_mean: rounded(endpoint.pressure_mean()),
            p99_ms: rounded(p99_s * 1e3),
        }
    });
    rows.collect()
}

fn outcome(report: &Report, retries: u64) -> String {
    let again = match retries {
        0 => String::new(),
        1 => " One was tried again on another server.".to_owned(),
        many => format!(" {many} were tried again on another server."),
    };
    if report.failed() == 0 {
        return format!("No request failed.{again}");
    }
    let errors = report.statuses.range(400..);
    let mut kinds: Vec<_> = errors.map(|(status, n)| format!("{n} × {status}")).collect();
    let failures = &report.failures;
    for (count, kind) in [
        (failures.connect, "no connection"),
        (failures.reset, "connection lost"),
        (failures.timeout, "no answer in time"),
        (failures.protocol, "answer that is no HTTP"),
    ] {
        if count > 0 {
            kinds.push(format!("{count} × {kind}"));
        }
    }
    format!(
        "{} of {} requests FAILED: {}.{again}",
        report.failed(),
        report.requests,
        kinds.join(", ")
    )
}

fn affinity(report: &Report) -> Option<String> {
    let share = report.moved as f64 / report.responses.max(1) as f64 * 100.0;
    (report.responses > 0).then(|| {
        format!(
            "{share:.1} % of the responses came from another server than the user's one before."
        )
    })
}

fn pressure(rows: &[Row<'_>]) -> Option<String> {
    let by_pressure = |a: &&Row<'_>, b: &&Row<'_>| a.pressure_mean.total_cmp(&b.pressure_mean);
    let (least, most) = (rows.iter().min_by(by_pressure)?, rows.iter().max_by(by_pressure)?);
    Some(format!(
        "The mean pressure, requests in flight ÷ capacity, was from {:.2} ({}) to {:.2} ({}).",
        least.pressure_mean, least.name, most.pressure_mean, most.name
    ))
}

/// What a reader must know before believing the numbers.
fn caveats(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    if report.late * 100 > report.requests {
        lines.push(format!(
            "{} requests started late: this machine is busy, and the latencies show it.",
            report.late
        ));
    }
    if report.dropped > 0 {
        lines.push(format!(
            "{} requests were never sent: too many were in flight already.",
            report.dropped
        ));
    }
    lines
}

fn grid(rows: &[Row<'_>]) -> Vec<String> {
    let header = format!(
        "  {:<8}{:>10}{:>9}{:>10}{:>15}{:>10}",
        "server", "requests", "share", "intended", "mean pressure", "p99"
    );
    let line = |row: &Row<'_>| {
        format!(
            "  {:<8}{:>10}{:>7.1} %{:>8.1} %{:>15.2}{:>7.0} ms",
            row.name,
            row.requests,
            row.share * 100.0,
            row.intended_share * 100.0,
            row.pressure_mean,
            row.p99_ms
        )
    };
    std::iter::once(header).chain(rows.iter().map(line)).collect()
}

/// To four decimals: more would claim an exactness that samples do not have.
fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ledger::{EndpointStatus, PoolStatus, Status};

    use super::super::journal::Event;
    use super::super::observed::Observed;
    use super::*;

    /// Two servers, one of which answered twice as often, and one event.
    fn played() -> Played {
        let mut report = Report { requests: 300, responses: 300, users: 20, ..Report::default() };
        report.moved = 3;
        report.duration = Duration::from_secs(30);
        report.statuses.insert(200, 300);
        for (name, responses) in [("web1", 200), ("web2", 100)] {
            let mut origin = OriginReport { responses, ..OriginReport::default() };
            origin.latency.record(Duration::from_millis(50));
            report.origins.insert(name.to_owned(), origin);
        }
        let endpoint = |name: &str, pressure| EndpointStatus {
            name: name.to_owned(),
            pressure,
            intended_share: 0.5,
            ..EndpointStatus::default()
        };
        let endpoints = vec![endpoint("web1", 0.6), endpoint("web2", 0.5)];
        let pool =
            PoolStatus { name: POOL.to_owned(), retries: 2, endpoints, ..PoolStatus::default() };
        let mut observed = Observed::default();
        observed.sample(&Status { pools: vec![pool], ..Status::default() });
        let what = "web1 is started again".to_owned();
        let events = vec![Event { at: Duration::from_millis(10_040), what }];
        Played { report, events, observed, interrupted: false }
    }

    /// Goal: a good end, word by word.
    #[test]
    fn sentences_of_a_good_end() {
        let expected = "
In 30.0 s, 20 users sent 300 requests to five servers through the balancer.
After 10.0 s web1 is started again.
No request failed. 2 were tried again on another server.
1.0 % of the responses came from another server than the user's one before.
The mean pressure, requests in flight ÷ capacity, was from 0.50 (web2) to 0.60 (web1).

  server    requests    share  intended  mean pressure       p99
  web1           200   66.7 %    50.0 %           0.60     50 ms
  web2           100   33.3 %    50.0 %           0.50     50 ms
";
        assert_eq!(text(&played()), expected);
    }

    /// Goal: failures are said by kind, never hidden. Method: one of each that counts.
    #[test]
    fn sentences_of_a_bad_end() {
        let mut played = played();
        played.interrupted = true;
        played.report.statuses.insert(503, 4);
        played.report.failures.reset = 1;
        played.report.late = 30;
        played.report.dropped = 2;
        let text = text(&played);
        for expected in [
            "In 30.0 s, until it was ended early, 20 users",
            "5 of 300 requests FAILED: 4 × 503, 1 × connection lost.",
            "30 requests started late",
            "2 requests were never sent",
        ] {
            assert!(text.contains(expected), "{expected}\n{text}");
        }
    }

    /// Goal: the object that programs read, field by field.
    #[test]
    fn the_json_is_one_line_of_known_fields() {
        let json = json(&played()).unwrap();
        assert_eq!(
            json,
            concat!(
                r#"{"requests":300,"failed_requests":0,"duration_s":30.0,"pools":[{"name":"site","#,
                r#""endpoints":[{"name":"web1","requests":200,"share":0.6667,"#,
                r#""intended_share":0.5,"pressure_mean":0.6,"p99_ms":50.015},"#,
                r#"{"name":"web2","requests":100,"share":0.3333,"intended_share":0.5,"#,
                r#""pressure_mean":0.5,"p99_ms":50.015}]}],"#,
                r#""events":[{"at_s":10.04,"what":"web1 is started again"}]}"#,
            )
        );
    }
}
