//! The figures of those who ran a scenario, for people and for scripts.

use serde_json::{Value, json};
use sim::{EndpointReport, Report, Script, Verdict};

use super::Ran;
use crate::table::{self, Column};

/// For people.
pub(super) fn text(
    script: &Script,
    ran: &[Ran],
    (verdict, invalid): (&Verdict, Option<(&str, &str)>),
    how: &str,
) -> String {
    let seconds = script.scenario.duration_ns / sim::SECOND;
    let mut text = format!("{}: {seconds} s, {how}\n", script.name);
    if !script.about.is_empty() {
        text += &format!("{}\n", script.about);
    }
    text += "\n";
    text += &deciders(ran);
    text += "\n";
    text += &servers(&ran[0].report);
    text += "\n";
    if let Some(noticed) = &ran[0].noticed {
        text += &told(noticed);
    }
    match (verdict, invalid) {
        (_, Some((name, why))) => text += &format!("INVALID: {name}: {why}\n"),
        (Verdict::Pass, None) => text += "pass\n",
        (Verdict::Fail(broken), None) => {
            text += "FAIL\n";
            broken.iter().for_each(|line| text += &format!("  {line}\n"));
        }
    }
    text
}

/// What the balancer noticed by itself.
fn told(noticed: &drill::Noticed) -> String {
    let Some(alarm_s) = noticed.alarm_after_s else { return String::new() };
    let mut text = format!("alarm after {alarm_s:.1} s");
    if let Some(named_s) = noticed.diagnosed_after_s() {
        text += &format!(", after {named_s:.1} s named {}", noticed.causes.join(" and "));
    }
    let ddos = noticed.ddos.as_deref().unwrap_or("unknown").replace('_', " ");
    text += &format!("; denial of service: {ddos}\n");
    if let Some(diagnosis) = &noticed.diagnosis {
        text += &crate::diagnose::render(diagnosis);
    }
    text + "\n"
}

fn deciders(ran: &[Ran]) -> String {
    let columns = [
        Column::left("balancer"),
        Column::right("requests"),
        Column::right("errors"),
        Column::right("stale"),
        Column::right("p50 ms"),
        Column::right("p99 ms"),
        Column::right("p99.9 ms"),
        Column::right("excess mean"),
        Column::right("excess p99"),
        Column::right("moved"),
        Column::right("pressure peak/mean"),
        Column::right("jain"),
    ];
    let row = |one: &Ran| {
        let report = &one.report;
        vec![
            one.name.clone(),
            report.requests.to_string(),
            report.errors.to_string(),
            report.stale.to_string(),
            format!("{:.1}", report.latency_ms(0.5)),
            format!("{:.1}", report.latency_ms(0.99)),
            format!("{:.1}", report.latency_ms(0.999)),
            format!("{:.2}", report.excess_mean_ms()),
            format!("{:.1}", report.excess_ms(0.99)),
            format!("{:.2} %", 100.0 * report.moved_ratio()),
            format!("{:.2}", report.peak_to_mean_pressure()),
            format!("{:.3}", report.jain()),
        ]
    };
    let expendable = ["jain", "stale", "p50 ms", "p99.9 ms", "excess mean", "requests"];
    table::plain(&columns, ran.iter().map(row), &expendable)
}

fn servers(report: &Report) -> String {
    let columns = [
        Column::left("server"),
        Column::right("requests"),
        Column::right("share"),
        Column::right("pressure"),
    ];
    let row = |one: EndpointReport| {
        vec![
            one.name,
            one.requests.to_string(),
            format!("{:.1} %", 100.0 * one.share),
            format!("{:.2}", one.pressure),
        ]
    };
    table::plain(&columns, report.endpoints().into_iter().map(row), &[])
}

/// For scripts: one object on one line. Its first level is the first one's run.
pub(super) fn json(
    script: &Script,
    ran: &[Ran],
    (verdict, invalid): (&Verdict, Option<(&str, &str)>),
) -> String {
    let mut object = figures(&ran[0].report);
    let broken: &[String] = match verdict {
        Verdict::Pass => &[],
        Verdict::Fail(broken) => broken,
    };
    let word = match (invalid, verdict) {
        (Some(_), _) => "invalid",
        (None, Verdict::Pass) => "pass",
        (None, Verdict::Fail(_)) => "fail",
    };
    object["scenario"] = json!(script.name);
    object["balancer"] = json!(ran[0].name);
    object["verdict"] = json!(word);
    object["broken"] = json!(broken);
    if let Some((name, why)) = invalid {
        object["invalid"] = json!(format!("{name}: {why}"));
    }
    if let Some(noticed) = &ran[0].noticed {
        object["alarm_after_s"] = json!(noticed.alarm_after_s);
        object["diagnosed_after_s"] = json!(noticed.diagnosed_after_s());
        object["named_after_s"] = json!(noticed.named_after_s);
        object["causes"] = json!(noticed.causes);
        object["runner_up"] = json!(noticed.runner_up);
        object["pages"] = json!(noticed.pages);
        object["tickets"] = json!(noticed.tickets);
        object["alarms"] = noticed.alarms.iter().map(alarm).collect();
        object["ddos"] = json!(noticed.ddos);
        object["diagnosis"] = json!(noticed.diagnosis);
    }
    let others = ran[1..].iter().map(|one| (one.name.clone(), figures(&one.report)));
    object["against"] = Value::Object(others.collect());
    format!("{object}\n")
}

fn alarm(alarm: &ledger::alarm::AlarmRecord) -> Value {
    json!({
        "kind": alarm.kind.name(),
        "severity": alarm.severity.name(),
        "causes": alarm.causes.iter().map(|cause| cause.name()).collect::<Vec<_>>(),
        "fired_at": alarm.fired_at,
        "summary": alarm.summary,
    })
}

fn figures(report: &Report) -> Value {
    let endpoint = |one: EndpointReport| {
        json!({
            "name": one.name,
            "requests": one.requests,
            "share": one.share,
            "pressure_mean": one.pressure,
        })
    };
    json!({
        "requests": report.requests,
        "errors": report.errors,
        "retried": report.retried,
        "retries": report.retries,
        "stale": report.stale,
        "p50_ms": report.latency_ms(0.5),
        "p99_ms": report.latency_ms(0.99),
        "p999_ms": report.latency_ms(0.999),
        "excess_mean_ms": report.excess_mean_ms(),
        "excess_p99_ms": report.excess_ms(0.99),
        "peak_to_mean_share": report.peak_to_mean_share(),
        "peak_to_mean_pressure": report.peak_to_mean_pressure(),
        "window_pressure": report.pressure_peaks(10).into_iter().fold(1.0, f64::max),
        "jain": report.jain(),
        "moved_ratio": report.moved_ratio(),
        "endpoints": report.endpoints().into_iter().map(endpoint).collect::<Vec<_>>(),
    })
}
