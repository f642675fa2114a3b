//! What happened to alarms in one step, and who is to be told.

use std::collections::BTreeMap;

use ledger::alarm::{AlarmRecord, Change};

use super::case::{Case, Told};

/// Something that happened to an alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmEvent {
    /// What happened.
    pub change: Change,
    /// The alarm as it is then.
    pub alarm: AlarmRecord,
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
        AlarmEvent { change, alarm: case.alarm.clone(), receivers, told }
    }
}
