//! What happened lately, as the diagnosis asks for it.

use std::collections::VecDeque;

use evenness::Cause;
use evenness::diagnosis::Change;
use ledger::{Event, EventKind};

/// Events that are remembered.
const EVENTS: usize = 500;

/// The latest events, the oldest first, and since when all of them are known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timeline {
    events: VecDeque<Event>,
    known_from: Option<f64>,
}

impl Timeline {
    pub(crate) fn push(&mut self, event: Event) {
        self.begin(event.at);
        self.events.push_back(event);
        self.bound();
    }

    /// From now on everything is told, if it was not before.
    pub(crate) fn begin(&mut self, at: f64) {
        self.known_from.get_or_insert(at);
    }

    /// What happened before, all of it from a moment on.
    pub(crate) fn recall(&mut self, earlier: Vec<Event>, known_from: f64) {
        let later = std::mem::take(&mut self.events);
        self.events = earlier.into_iter().chain(later).collect();
        let since = self.known_from.map_or(known_from, |known| known.min(known_from));
        self.known_from = Some(since);
        self.bound();
    }

    fn bound(&mut self) {
        while self.events.len() > EVENTS {
            let gone = self.events.pop_front().map(|event| event.at);
            // Of the time before it, not everything is known any more.
            self.known_from = self.known_from.zip(gone).map(|(known, gone)| known.max(gone));
        }
    }

    /// For how long before a moment everything is known, seconds.
    pub(crate) fn known_s(&self, at: f64) -> f64 {
        self.known_from.map_or(0.0, |known| (at - known).max(0.0))
    }

    /// Changes that concern a pool, with their distance from `at`.
    pub(crate) fn changes(&self, pool: &str, at: f64) -> Vec<Change> {
        let concerns = |event: &&Event| event.pool.is_empty() || event.pool == pool;
        let past = self.events.iter().filter(concerns).filter(|event| event.at <= at);
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
            self.events.iter().filter(of).filter(move |event| event.at >= from)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn event(at: f64, kind: EventKind) -> Event {
        let text = String::new;
        Event { at, kind, pool: text(), endpoint: text(), who: text(), what: text() }
    }

    /// Goal: nothing is denied that was forgotten. Method: a restart whose past is recalled, then
    /// more events than are remembered.
    #[test]
    fn it_says_since_when_it_knows() {
        let mut timeline = Timeline::default();
        assert_eq!(timeline.known_s(1e9), 0.0);
        timeline.push(event(1000.0, EventKind::Start));
        assert_eq!(timeline.known_s(1030.0), 30.0);
        timeline.recall(vec![event(900.0, EventKind::Weights)], 200.0);
        assert_eq!(timeline.known_s(1030.0), 830.0);
        assert_eq!(timeline.changes("portal", 1030.0)[0].ago_s, 130.0);
        for _ in 0..EVENTS {
            timeline.push(event(1020.0, EventKind::Probe));
        }
        assert_eq!((timeline.events.len(), timeline.known_s(1030.0)), (EVENTS, 30.0));
    }
}
