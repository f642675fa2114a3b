//! Events: what happened to the balancer and its pools, all on one timeline.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Something that happened at a moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its number on the timeline of its balancer, by which people speak of it; 0: none yet.
    #[serde(default)]
    pub number: u64,
    /// When, seconds since the Unix epoch.
    pub at: f64,
    /// What kind of thing.
    pub kind: EventKind,
    /// The pool; empty: the process.
    #[serde(default)]
    pub pool: String,
    /// The endpoint; empty: the whole pool.
    #[serde(default)]
    pub endpoint: String,
    /// Who did it, where somebody did: a person, a program, `signal`; empty: the balancer itself.
    #[serde(default)]
    pub who: String,
    /// What happened, in words.
    #[serde(default)]
    pub what: String,
}

/// What a probe says of an endpoint that answers it again.
pub const WELL: &str = "well";
/// What is said of an endpoint that is let in again.
pub const BACK: &str = "is back after an ejection";

impl Event {
    /// Whether it may have taken capacity away: an endpoint that is new, found well or let in
    /// again took none.
    pub fn takes_away(&self) -> bool {
        match self.kind {
            EventKind::Endpoints => config::takes_away(&self.what),
            EventKind::Probe => !self.what.ends_with(WELL),
            EventKind::Ejection => !self.what.ends_with(BACK),
            _ => false,
        }
    }
}

/// Kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The process began to serve.
    Start,
    /// It ended, as it was told to.
    Stop,
    /// A configuration took effect.
    Reload,
    /// A configuration was refused.
    ReloadFailed,
    /// Weights or capacities changed.
    Weights,
    /// Affinity or hashing changed.
    Persistence,
    /// Endpoints came or went.
    Endpoints,
    /// A probe changed its mind.
    Probe,
    /// An endpoint was ejected, or let in again.
    Ejection,
    /// Unhealthy endpoints came into use, or went out of it.
    Panic,
    /// Somebody approved an intent.
    Approval,
    /// An alarm began or ended.
    Alarm,
    /// An audit found something new, or something is gone.
    Audit,
    /// Something outside of the balancer that somebody noted.
    Outside,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [EventKind; 14] = [
        EventKind::Start,
        EventKind::Stop,
        EventKind::Reload,
        EventKind::ReloadFailed,
        EventKind::Weights,
        EventKind::Persistence,
        EventKind::Endpoints,
        EventKind::Probe,
        EventKind::Ejection,
        EventKind::Panic,
        EventKind::Approval,
        EventKind::Alarm,
        EventKind::Audit,
        EventKind::Outside,
    ];

    /// Its name in JSON and in the store.
    pub fn name(self) -> &'static str {
        match self {
            EventKind::Start => "start",
            EventKind::Stop => "stop",
            EventKind::Reload => "reload",
            EventKind::ReloadFailed => "reload_failed",
            EventKind::Weights => "weights",
            EventKind::Persistence => "persistence",
            EventKind::Endpoints => "endpoints",
            EventKind::Probe => "probe",
            EventKind::Ejection => "ejection",
            EventKind::Panic => "panic",
            EventKind::Approval => "approval",
            EventKind::Alarm => "alarm",
            EventKind::Audit => "audit",
            EventKind::Outside => "outside",
        }
    }

    /// The kind of that name.
    pub fn by_name(name: &str) -> Option<EventKind> {
        EventKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: the store and JSON know a kind by one name.
    #[test]
    fn names_are_those_of_json() {
        for kind in EventKind::ALL {
            let json = serde_json::to_value(kind).expect("JSON");
            assert_eq!(json, kind.name());
            assert_eq!(EventKind::by_name(kind.name()), Some(kind));
        }
        assert_eq!(EventKind::by_name("party"), None);
    }
}
