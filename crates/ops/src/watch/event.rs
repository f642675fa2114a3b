//! What happened to alarms in one step, and who is to be told.

use std::collections::BTreeMap;

use ledger::alarm::{AlarmRecord, Change, Step};

use super::case::{Case, Told};

/// Something that happened to an alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmEvent {
    /// What happened.
    pub change: Change,
    /// The alarm as it is then.
    pub alarm: AlarmRecord,
    /// What is to be said of it: its own entry in the history, or what the alarm is about.
    pub text: String,
    /// Names of the receivers that are to be told; empty: nobody.
    pub receivers: Vec<String>,
    /// What those receivers know it by.
    pub(crate) told: BTreeMap<String, Told>,
}

impl AlarmEvent {
    /// An event of which these receivers are told; each is told by what it knew before.
    pub(crate) fn new(change: Change, case: &Case, receivers: Vec<String>) -> AlarmEvent {
        let known = |name: &String| Some((name.clone(), case.told.get(name)?.clone()));
        let told = receivers.iter().filter_map(known).collect();
        let alarm = case.alarm.clone();
        let last = alarm.history.last().filter(|step| step.change == change);
        let text = last.map(|step| &step.text).filter(|text| !text.is_empty());
        let text = text.unwrap_or(&alarm.summary).clone();
        AlarmEvent { change, alarm, text, receivers, told }
    }

    /// An event of an entry in the history, of which nobody is told.
    pub(crate) fn of_step(step: &Step, case: &Case) -> AlarmEvent {
        AlarmEvent { text: step.text.clone(), ..AlarmEvent::new(step.change, case, Vec::new()) }
    }
}
