//! The report for scripts: one object on one line.

use drill::{Latency, OriginReport, Report, Second};
use serde_json::{Map, Value, json};

use super::figures;
use super::percentiles::{SHOWN, ms};
use super::threshold::Judged;
use super::verdict::{Outcome, Verdict};

pub(super) fn render(outcome: &Outcome) -> String {
    let report = &outcome.report;
    let mut object = counts(report);
    object["url"] = json!(outcome.about.url);
    object["verdict"] = json!(outcome.verdict.word());
    if let Verdict::Invalid(why) = &outcome.verdict {
        object["invalid"] = json!(why);
    }
    object["interrupted"] = json!(outcome.interrupted);
    object["thresholds"] = outcome.thresholds.iter().map(threshold).collect();
    object["outcomes"] = distribution(&report.outcomes);
    object["corrected"] = distribution(&report.latency);
    object["uncorrected"] = distribution(&report.latency_from_start);
    let endpoint = |(name, origin): (&String, &OriginReport)| endpoint(report, name, origin);
    object["endpoints"] = report.origins.iter().map(endpoint).collect();
    object["timeline"] = report.timeline.seconds().iter().enumerate().map(second).collect();
    format!("{object}\n")
}

fn counts(report: &Report) -> Value {
    let statuses: Map<String, Value> =
        report.statuses.iter().map(|(status, n)| (status.to_string(), json!(n))).collect();
    let failures: Map<String, Value> = figures::failures(report)
        .into_iter()
        .map(|(kind, number)| (kind.to_owned(), json!(number)))
        .collect();
    json!({
        "requests": report.requests,
        "responses": report.responses,
        "errors": report.failed(),
        "error_ratio": report.error_ratio(),
        "p50_ms": ms(report.outcomes.quantile(0.5)),
        "p99_ms": ms(report.outcomes.quantile(0.99)),
        "p999_ms": ms(report.outcomes.quantile(0.999)),
        "mean_ms": ms(report.outcomes.mean()),
        "max_ms": ms(report.outcomes.max()),
        "rate": report.rate(),
        "request_rate": report.request_rate(),
        "moved": report.moved,
        "moved_ratio": report.moved_ratio(),
        "users": report.users,
        "reconnects": report.reconnects,
        "late": report.late,
        "dropped": report.dropped,
        "seconds": report.sending.as_secs_f64(),
        "bytes_sent": report.bytes_sent,
        "bytes_received": report.bytes_received,
        "statuses": statuses,
        "failures": failures,
        "first_failures": report.first_failures,
    })
}

fn threshold(judged: &Judged) -> Value {
    json!({
        "text": judged.text,
        "observed": judged.observed,
        "value": judged.value,
        "passed": judged.passed,
    })
}

fn distribution(latency: &Latency) -> Value {
    let mut object = Map::new();
    object.insert("count".to_owned(), json!(latency.count()));
    for (q, _, name) in SHOWN {
        object.insert(name.to_owned(), json!(ms(latency.quantile(q))));
    }
    object.insert("mean_ms".to_owned(), json!(ms(latency.mean())));
    object.insert("max_ms".to_owned(), json!(ms(latency.max())));
    Value::Object(object)
}

fn endpoint(report: &Report, name: &str, origin: &OriginReport) -> Value {
    json!({
        "name": name,
        "requests": origin.responses,
        "errors": origin.errors,
        "share": report.share(name),
        "p50_ms": ms(origin.latency.quantile(0.5)),
        "p99_ms": ms(origin.latency.quantile(0.99)),
    })
}

fn second((number, second): (usize, &Second)) -> Value {
    json!({
        "second": number,
        "requests": second.requests,
        "responses": second.responses,
        "errors": second.errors,
        "p50_ms": ms(second.p50),
        "p99_ms": ms(second.p99),
    })
}
