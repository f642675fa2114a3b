//! All that the watch remembers, and the form in which it outlives the process.

use std::collections::{BTreeMap, VecDeque};

use config::Alarms;
use evenness::Cause;
use ledger::alarm::{AlarmRecord, Silence};
use serde::{Deserialize, Serialize};

use super::case::{Case, Told};
use super::flap::Flap;

/// What the watch remembers of alarms over a restart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Part of every alarm's key: no two balancers and no two lives of one have the same.
    pub(crate) mark: String,
    /// Alarms that have fired so far.
    pub(crate) fired: u64,
    /// Silences so far.
    pub(crate) silenced: u64,
    /// Latest step, seconds since the Unix epoch; 0: none.
    pub(crate) stepped_at: f64,
    /// Open alarms by pool: so no pool has two.
    pub(crate) open: BTreeMap<String, Case>,
    /// The latest ones that are over, the latest first.
    pub(crate) closed: VecDeque<AlarmRecord>,
    pub(crate) silences: Vec<Silence>,
    pub(crate) flaps: BTreeMap<String, Flap>,
}

impl Kept {
    /// Nothing remembered. `mark`: some letters that no other balancer has.
    pub fn new(mark: impl Into<String>) -> Kept {
        Kept { mark: mark.into(), ..Kept::default() }
    }
}

/// Watches conditions and says what happens to alarms. It knows no clock: every call brings the
/// time, in seconds since the Unix epoch.
#[derive(Clone, Debug)]
pub struct Watch {
    pub(crate) settings: Alarms,
    pub(crate) kept: Kept,
    /// Grows with everything that must outlive the process.
    pub(crate) revision: u64,
}

impl Watch {
    /// A watch that goes on from what was kept.
    pub fn new(settings: Alarms, kept: Kept) -> Watch {
        Watch { settings, kept, revision: 0 }
    }

    /// What must be kept.
    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Grows with everything that must be kept.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Puts other settings in force. Who was told of an alarm hears of its end all the same.
    pub fn reconfigure(&mut self, settings: Alarms) {
        self.settings = settings;
    }

    /// Open alarms by pool, then those that are over, the latest first.
    pub fn alarms(&self) -> Vec<AlarmRecord> {
        let open = self.kept.open.values().map(|case| &case.alarm);
        open.chain(&self.kept.closed).cloned().collect()
    }

    /// Open alarms that a receiver was told of, as severe and with the cause as it was told them.
    pub(crate) fn told(&self, receiver: &str) -> Vec<(AlarmRecord, Option<Cause>)> {
        let known = |case: &Case| {
            let Told { severity, cause, .. } = *case.told.get(receiver)?;
            Some((AlarmRecord { severity, ..case.alarm.clone() }, cause))
        };
        self.kept.open.values().filter_map(known).collect()
    }

    /// Silences in force, and those that ended recently.
    pub fn silences(&self) -> &[Silence] {
        &self.kept.silences
    }
}
