//! What one receiver is told of one alarm.

use evenness::{Cause, Severity};
use ledger::alarm::{AlarmRecord, Change, words};
use serde::{Deserialize, Serialize};

use crate::watch::AlarmEvent;

/// What one receiver is told of one alarm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Notice {
    pub(crate) change: Change,
    /// The alarm at that time, without its history.
    pub(crate) alarm: AlarmRecord,
    /// What the receiver knew it as until now.
    #[serde(with = "words::severity")]
    pub(crate) was: Severity,
    /// The cause as the receiver was told it at first: a label must not change.
    #[serde(with = "words::cause")]
    pub(crate) label: Option<Cause>,
}

/// What notifications say of this balancer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct House {
    /// Its name.
    pub(crate) instance: String,
    /// Start of the addresses of instructions.
    pub(crate) runbooks: Option<String>,
}

impl Notice {
    /// What an event says to one of its receivers.
    pub(crate) fn of(event: &AlarmEvent, receiver: &str) -> Notice {
        let told = event.told.get(receiver);
        Notice {
            change: event.change,
            alarm: AlarmRecord { history: Vec::new(), ..event.alarm.clone() },
            was: told.map_or(event.alarm.severity, |told| told.severity),
            label: told.and_then(|told| told.cause),
        }
    }

    /// Whether it is over.
    pub(crate) fn is_end(&self) -> bool {
        self.change == Change::Resolved
    }
}

impl House {
    /// The house of these settings.
    pub(crate) fn of(settings: &config::Alarms) -> House {
        let instance = settings.instance.clone().unwrap_or_else(machine);
        House { instance, runbooks: settings.runbooks.clone() }
    }

    /// Address of the instructions for an alarm.
    pub(crate) fn runbook(&self, alarm: &AlarmRecord) -> Option<String> {
        let start = self.runbooks.as_deref()?;
        let slash = if start.ends_with(['/', '#', '=']) { "" } else { "/" };
        Some(format!("{start}{slash}{}", alarm.kind))
    }
}

/// The machine's name.
fn machine() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    if name.trim().is_empty() { "evenkeel".to_owned() } else { name.trim().to_owned() }
}
