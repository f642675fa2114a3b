//! `evenkeel alarms`: what is wrong, who has it, and what is to be quiet.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Subcommand;
use config::Span;
use evenness::{Cause, Severity, SignalKind};
use ledger::alarm::{AlarmRecord, AlarmState, AlarmsStatus, Matchers};
use ledger::{AlarmAction, AlarmOrder, SilenceOrder};

use crate::admin::{Admin, outcome};
use crate::moment;
use crate::output;

/// Show the alarms of a running balancer, take one, or silence some.
///
/// Exits with 0; without a sub-command with 1 when an alarm fires that nobody has acknowledged;
/// with 1 when an order was refused, and with 2 when the admin listener gives no answer.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  evenkeel alarms
  evenkeel alarms --format json | jq '.alarms[] | select(.state == \"firing\")'
  evenkeel alarms acknowledge A-17 --by ada --note 'looking at the weights'
  evenkeel alarms silence --pool portal --severity ticket --for 2h --by ada --reason 'load drill'
  evenkeel alarms unsilence S-3 --by ada")]
pub(crate) struct Args {
    #[command(flatten)]
    admin: Admin,

    /// A table for people, or JSON for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,

    #[command(subcommand)]
    order: Option<Order>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
enum Order {
    /// Take an alarm: reminders and escalations stop.
    Acknowledge(About),
    /// Give an alarm back.
    Unacknowledge(About),
    /// Write something down with an alarm.
    Note(About),
    /// Let nobody be told of some alarms for a time.
    Silence(Silence),
    /// End a silence before its time.
    Unsilence {
        /// The silence, such as S-3.
        id: String,
        /// Your name.
        #[arg(long, value_name = "NAME")]
        by: String,
    },
}

#[derive(clap::Args, Debug)]
struct About {
    /// The alarm, such as A-17.
    id: String,
    /// Your name.
    #[arg(long, value_name = "NAME")]
    by: String,
    /// What you have to say.
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
}

#[derive(clap::Args, Debug)]
struct Silence {
    /// Alarms of this pool.
    #[arg(long, value_name = "NAME")]
    pool: Option<String>,
    /// Alarms of this kind, such as `unevenness`.
    #[arg(long, value_parser = kind)]
    kind: Option<SignalKind>,
    /// Alarms of this cause, such as `weights`.
    #[arg(long, value_parser = cause)]
    cause: Option<Cause>,
    /// Alarms as bad as this: `ticket` or `page`.
    #[arg(long, value_parser = severity)]
    severity: Option<Severity>,
    /// For how long.
    #[arg(long = "for", value_name = "TIME")]
    length: Span,
    /// Your name.
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

pub(crate) fn run(args: Args) -> ExitCode {
    let Some(order) = args.order else { return show(&args.admin, args.format) };
    let about = |action: AlarmAction, About { id, by, note }: About| {
        outcome(args.admin.order("alarms", &AlarmOrder { id, action, by, note }))
    };
    match order {
        Order::Acknowledge(it) => about(AlarmAction::Acknowledge, it),
        Order::Unacknowledge(it) => about(AlarmAction::Unacknowledge, it),
        Order::Note(it) => about(AlarmAction::Note, it),
        Order::Silence(silence) => {
            let Silence { pool, kind, cause, severity, length, by, reason } = silence;
            let matchers = Matchers { pool, kind, cause, severity };
            let for_s = length.0.as_secs_f64();
            let order = SilenceOrder::Begin { matchers, by, reason, for_s };
            outcome(args.admin.order("silences", &order))
        }
        Order::Unsilence { id, by } => {
            outcome(args.admin.order("silences", &SilenceOrder::End { id, by }))
        }
    }
}

fn show(admin: &Admin, format: Format) -> ExitCode {
    let status = match admin.alarms() {
        Ok(status) => status,
        Err(failure) => return failure.report(),
    };
    let text = match format {
        Format::Text => render(&status, moment::now_s() as f64),
        Format::Json => serde_json::to_string_pretty(&status).unwrap_or_default() + "\n",
    };
    let fires = status.alarms.iter().any(|a| a.state == AlarmState::Firing && a.silence.is_empty());
    let printed = output::print(&text);
    if fires && printed == ExitCode::SUCCESS { ExitCode::from(1) } else { printed }
}

fn render(status: &AlarmsStatus, now: f64) -> String {
    let mut text = String::new();
    let shown = status.alarms.iter().filter(|alarm| alarm.state != AlarmState::Pending);
    shown.for_each(|alarm| one(&mut text, alarm, now));
    if status.judged_at.is_none() {
        text += "nothing is watched: the balancer runs with `server.watch = false`\n";
    } else if text.is_empty() {
        text += "no alarms\n";
    }
    // Writing into a String cannot fail.
    for silence in status.silences.iter().filter(|silence| silence.expires_at > now) {
        let (id, by, reason) = (&silence.id, &silence.author, &silence.reason);
        let left = moment::length(silence.expires_at - now);
        let _ = writeln!(text, "{id}  silence by {by} for {left} more: {reason}");
    }
    for receiver in status.receivers.iter().filter(|r| r.failing_since.is_some()) {
        let (name, waiting, why) = (&receiver.name, receiver.waiting, &receiver.last_error);
        let _ = writeln!(text, "receiver {name} cannot be told, {waiting} waiting: {why}");
    }
    text
}

fn one(text: &mut String, alarm: &AlarmRecord, now: f64) {
    let state = match (&alarm.acknowledged, alarm.state) {
        (Some(taken), AlarmState::Acknowledged) => format!("{} has it", taken.by),
        (_, AlarmState::Resolved) => "resolved".to_owned(),
        _ => "FIRING".to_owned(),
    };
    let since = alarm.resolved_at.or(alarm.fired_at).unwrap_or(alarm.began_at);
    let since = moment::length(now - since);
    let pool = if alarm.pool.is_empty() { "process" } else { &alarm.pool };
    let causes: Vec<&str> = alarm.causes.iter().map(|cause| cause.name()).collect();
    let cause = if causes.is_empty() { "cause unknown".to_owned() } else { causes.join(" and ") };
    let mut quiet = if alarm.silence.is_empty() { "" } else { ", silenced" }.to_owned();
    if !alarm.part_of.is_empty() {
        quiet += &format!(", part of {}", alarm.part_of);
    }
    let (id, severity, kind) = (&alarm.id, alarm.severity, alarm.kind);
    // Writing into a String cannot fail.
    let _ =
        writeln!(text, "{id}  {severity} {kind} in {pool}, {cause}: {state}{quiet}, {since} ago");
    let _ = writeln!(text, "    {}", alarm.summary);
    for symptom in alarm.symptoms.iter().skip(1) {
        let over = if symptom.spell.holds { "" } else { " (over)" };
        let _ = writeln!(text, "    {}: {}{over}", symptom.kind, symptom.summary);
    }
}

fn kind(text: &str) -> Result<SignalKind, String> {
    let known = SignalKind::ALL.into_iter().find(|kind| kind.name() == text);
    known.ok_or_else(|| one_of(SignalKind::ALL.map(SignalKind::name).as_slice()))
}

fn cause(text: &str) -> Result<Cause, String> {
    Cause::by_name(text).ok_or_else(|| one_of(Cause::ALL.map(Cause::name).as_slice()))
}

fn severity(text: &str) -> Result<Severity, String> {
    let all = [Severity::Ticket, Severity::Page];
    let known = all.into_iter().find(|severity| severity.name() == text);
    known.ok_or_else(|| one_of(all.map(Severity::name).as_slice()))
}

fn one_of(names: &[&str]) -> String {
    format!("one of {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_told_by_its_own_time() {
        let alarm = AlarmRecord {
            id: "A-1".to_owned(),
            key: "evenkeel-1-A-1".to_owned(),
            pool: "portal".to_owned(),
            kind: SignalKind::Unevenness,
            severity: Severity::Page,
            state: AlarmState::Firing,
            causes: vec![Cause::Weights],
            diagnosis: String::new(),
            named: false,
            part_of: String::new(),
            summary: "web1 has most of it".to_owned(),
            began_at: 90.0,
            fired_at: Some(100.0),
            resolved_at: None,
            acknowledged: None,
            silence: String::new(),
            symptoms: Vec::new(),
            history: Vec::new(),
        };
        let shown = |alarm: AlarmRecord| {
            let status = AlarmsStatus { alarms: vec![alarm], ..AlarmsStatus::default() };
            render(&status, 190.0)
        };
        assert!(shown(alarm.clone()).contains(": FIRING, 90 s ago"));
        let over = AlarmRecord { state: AlarmState::Resolved, resolved_at: Some(183.0), ..alarm };
        assert!(shown(over.clone()).contains(": resolved, 7 s ago"), "{}", shown(over));
    }
}
