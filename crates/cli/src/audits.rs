//! `evenkeel audits`: what the audits of a running balancer found, and since when.

use std::fmt::Write as _;
use std::process::ExitCode;

use ledger::{AuditRecord, AuditStatus};

use crate::admin::Admin;
use crate::moment;
use crate::output;

/// Show what scheduled audits found: what stands and since when, and what has gone.
///
/// Exits with 0, or with 2 when the admin listener gives no answer.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  evenkeel audits
  evenkeel audits --format json | jq '.standing[] | select(.severity == \"error\")'")]
pub(crate) struct Args {
    #[command(flatten)]
    admin: Admin,

    /// Lines for people, or JSON for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

/// What has gone is shown up to this number.
const GONE_SHOWN: usize = 20;

pub(crate) fn run(args: &Args) -> ExitCode {
    let status = match args.admin.audits() {
        Ok(status) => status,
        Err(failure) => return failure.report(),
    };
    match args.format {
        Format::Text => output::print(&render(&status, moment::now_s() as f64)),
        Format::Json => {
            output::print(&(serde_json::to_string_pretty(&status).unwrap_or_default() + "\n"))
        }
    }
}

fn render(status: &AuditStatus, now: f64) -> String {
    let mut text = String::new();
    // Writing into a String cannot fail.
    for run in &status.runs {
        let (target, ago) = (&run.target, moment::length(now - run.at));
        let _ = match &run.error {
            Some(why) => writeln!(text, "{target}: could not be audited {ago} ago: {why}"),
            None => {
                let (found, new, gone) = (run.found, run.new, run.gone);
                writeln!(text, "{target}: {found} found {ago} ago, {new} new, {gone} gone")
            }
        };
    }
    for record in &status.standing {
        line(&mut text, record, &format!("for {}", moment::length(now - record.since)));
    }
    for record in status.gone.iter().take(GONE_SHOWN) {
        let gone = record.gone_at.unwrap_or(record.seen_at);
        line(&mut text, record, &format!("gone {} ago", moment::length(now - gone)));
    }
    match status.next_at {
        Some(next) => {
            let _ = writeln!(text, "the next audit is in {}", moment::length(next - now));
        }
        None => text += "no audit is planned: set `audit.schedule`\n",
    }
    text
}

/// A finding, and what is to be said of its time.
pub(crate) fn line(text: &mut String, record: &AuditRecord, when: &str) {
    let AuditRecord { target, rule, name, severity, what, place, .. } = record;
    let place = if place.is_empty() { target } else { place };
    let _ = writeln!(text, "{severity} {rule} {name}, {when}\n    {place}: {what}");
}

#[cfg(test)]
mod tests {
    use ledger::AuditRun;

    use super::*;

    #[test]
    fn new_and_gone_have_their_times() {
        let record = AuditRecord {
            target: "edge".to_owned(),
            rule: "EKP103".to_owned(),
            name: "source-affinity-behind-proxy".to_owned(),
            severity: "error".to_owned(),
            what: "`stick on src` in `portal`".to_owned(),
            place: "haproxy.cfg:12:3".to_owned(),
            key: "x".to_owned(),
            since: 100.0,
            seen_at: 400.0,
            gone_at: None,
        };
        let target = "edge".to_owned();
        let run = AuditRun { target, at: 400.0, found: 1, new: 0, gone: 1, error: None };
        let failed = AuditRun { error: Some("no such file".to_owned()), ..run.clone() };
        let gone = AuditRecord { gone_at: Some(400.0), ..record.clone() };
        let status = AuditStatus {
            next_at: Some(4000.0),
            runs: vec![run, failed],
            standing: vec![record],
            gone: vec![gone],
        };
        assert_eq!(
            render(&status, 410.0),
            "edge: 1 found 10 s ago, 0 new, 1 gone\n\
             edge: could not be audited 10 s ago: no such file\n\
             error EKP103 source-affinity-behind-proxy, for 5 min\n    \
             haproxy.cfg:12:3: `stick on src` in `portal`\n\
             error EKP103 source-affinity-behind-proxy, gone 10 s ago\n    \
             haproxy.cfg:12:3: `stick on src` in `portal`\n\
             the next audit is in 59 min\n"
        );
        assert!(render(&AuditStatus::default(), 0.0).contains("audit.schedule"));
    }
}
