//! What happened lately, as the diagnosis asks for it.

use std::collections::VecDeque;

use evenness::Cause;
use evenness::diagnosis::Change;
use ledger::{Event, EventKind};

/// Events that are remembered.
const EVENTS: usize = 500;

/// The latest events, the oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timeline(VecDeque<Event>);

impl Timeline {
    pub(crate) fn push(&mut self, event: Event) {
        self.0.push_back(event);
        if self.0.len() > EVENTS {
            self.0.pop_front();
        }
    }

    /// Changes that concern a pool, with their distance from `at`.
    pub(crate) fn changes(&self, pool: &str, at: f64) -> Vec<Change> {
        let concerns = |event: &&Event| event.pool.is_empty() || event.pool == pool;
        let past = self.0.iter().filter(concerns).filter(|event| event.at <= at);
        past.map(|event| Change {
            ago_s: at - event.at,
            layer: layer(event.kind),
            who: event.who.clone(),
            what: event.what.clone(),
        })
        .collect()
    }

    /// How often a probe changed its mind about an endpoint since `from`, most of all endpoints.
    pub(crate) fn flaps(&self, pool: &str, from: f64) -> Option<(&str, usize)> {
        let probes = || {
            let of = |event: &&Event| event.kind == EventKind::Probe && event.pool == pool;
            self.0.iter().filter(of).filter(move |event| event.at >= from)
        };
        let count = |name: &str| probes().filter(|event| event.endpoint == name).count();
        let all = probes().map(|event| (event.endpoint.as_str(), count(&event.endpoint)));
        all.max_by_key(|(_, count)| *count)
    }
}

/// What an event would be the cause of.
fn layer(kind: EventKind) -> Option<Cause> {
    match kind {
        EventKind::Weights => Some(Cause::Weights),
        EventKind::Persistence => Some(Cause::Persistence),
        EventKind::Endpoints | EventKind::Probe | EventKind::Ejection => Some(Cause::CapacityLoss),
        _ => None,
    }
}
