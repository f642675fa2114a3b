//! Which findings are alarms.

use std::collections::BTreeMap;

use config::LevelName;
use evenness::{Severity, Signal, SignalKind};
use ledger::AuditRecord;

use super::found::{level, rank};
use super::history::History;

impl History {
    /// One signal for each rule that a target breaks, as long as it does, and one for each target
    /// that could not be audited. A rule that is broken anew is an alarm of its own, beside those
    /// that are known.
    pub fn signals(&self, from: LevelName) -> Vec<Signal> {
        let mut rules: BTreeMap<(&str, &str), Vec<&AuditRecord>> = BTreeMap::new();
        let loud = |record: &&AuditRecord| rank(level(&record.severity)) >= rank(from);
        for record in self.standing().iter().filter(loud) {
            rules.entry((&record.target, &record.rule)).or_default().push(record);
        }
        let broken = rules.into_iter().map(|((target, rule), records)| {
            signal(SignalKind::Audit, format!("{target}/{rule}"), summary(target, rule, &records))
        });
        let failed = self.runs().filter_map(|run| {
            let why = run.error.as_ref()?;
            let summary = format!("{} could not be audited: {why}", run.target);
            Some(signal(SignalKind::TelemetryMissing, run.target.clone(), summary))
        });
        broken.chain(failed).collect()
    }
}

fn signal(kind: SignalKind, pool: String, summary: String) -> Signal {
    // What stands in a file hurts nobody yet; where it does, its harm is an alarm.
    Signal { kind, pool, severity: Severity::Ticket, cause: None, summary }
}

fn summary(target: &str, rule: &str, records: &[&AuditRecord]) -> String {
    let Some(first) = records.first() else { return String::new() };
    let more = match records.len() {
        1 => String::new(),
        several => format!(" (and {} more)", several - 1),
    };
    let place = if first.place.is_empty() { target } else { &first.place };
    format!("{rule} {}: {place}: {}{more}", first.name, first.what)
}
