//! What happened lately, as the diagnosis asks for it.

use std::collections::{BTreeMap, VecDeque};

use evenness::Cause;
use evenness::diagnosis::Change;
use ledger::{Event, EventKind};

/// Events of one kind in one pool that are remembered: what comes and goes every second must not
/// push out the change that made it so.
const EACH: usize = 100;
/// Pools and kinds of which something is remembered; then those go that were quiet for longest.
const PLACES: usize = 5000;

/// The latest events of each pool and kind, the oldest first, and since when all changes are known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timeline {
    places: BTreeMap<(String, EventKind), VecDeque<Event>>,
    known_from: Option<f64>,
}

impl Timeline {
    pub(crate) fn push(&mut self, event: Event) {
        self.begin(event.at);
        self.keep(event);
    }

    /// From now on everything is told, if it was not before.
    pub(crate) fn begin(&mut self, at: f64) {
        self.known_from.get_or_insert(at);
    }

    /// What happened before, all of it from a moment on.
    pub(crate) fn recall(&mut self, earlier: Vec<Event>, known_from: f64) {
        let since = self.known_from.map_or(known_from, |known| known.min(known_from));
        self.known_from = Some(since);
        let later = std::mem::take(&mut self.places);
        earlier.into_iter().chain(later.into_values().flatten()).for_each(|event| self.keep(event));
    }

    fn keep(&mut self, event: Event) {
        let place = (event.pool.clone(), event.kind);
        if self.places.len() >= PLACES && !self.places.contains_key(&place) {
            self.forget();
        }
        let latest = self.places.entry(place).or_default();
        latest.push_back(event);
        if latest.len() > EACH {
            let gone = latest.pop_front();
            self.lost(gone);
        }
    }

    /// Forgets the place that was quiet for longest.
    fn forget(&mut self) {
        let at = |events: &VecDeque<Event>| events.back().map_or(0.0, |event| event.at);
        let oldest = self.places.iter().min_by(|one, other| at(one.1).total_cmp(&at(other.1)));
        if let Some(place) = oldest.map(|(place, _)| place.clone()) {
            let gone = self.places.remove(&place).and_then(|mut events| events.pop_back());
            self.lost(gone);
        }
    }

    /// Of the time before a change that is forgotten, not every change is known any more.
    fn lost(&mut self, gone: Option<Event>) {
        let noise = |kind| matches!(kind, EventKind::Probe | EventKind::Ejection);
        if let Some(gone) = gone.filter(|gone| !noise(gone.kind)) {
            self.known_from = self.known_from.map(|known| known.max(gone.at));
        }
    }

    /// For how long before a moment every change is known, seconds.
    pub(crate) fn known_s(&self, at: f64) -> f64 {
        self.known_from.map_or(0.0, |known| (at - known).max(0.0))
    }

    /// Changes that concern a pool, the oldest first, with their distance from `at`.
    pub(crate) fn changes(&self, pool: &str, at: f64) -> Vec<Change> {
        let of = |name: &str| {
            let places = EventKind::ALL.map(|kind| self.places.get(&(name.to_owned(), kind)));
            places.into_iter().flatten().flatten().filter(|event| event.at <= at)
        };
        let mut past: Vec<&Event> = of("").collect();
        if !pool.is_empty() {
            past.extend(of(pool));
        }
        past.sort_by(|one, other| one.at.total_cmp(&other.at));
        let change = |event: &Event| Change {
            number: event.number,
            ago_s: at - event.at,
            layer: layer(event),
            who: event.who.clone(),
            what: event.what.clone(),
        };
        past.into_iter().filter(|event| is_change(event)).map(change).collect()
    }

    /// How often a probe changed its mind about an endpoint since `from`, most of all endpoints.
    pub(crate) fn flaps(&self, pool: &str, from: f64) -> Option<(&str, usize)> {
        let probes = || {
            let all = self.places.get(&(pool.to_owned(), EventKind::Probe)).into_iter().flatten();
            all.filter(move |event| event.at >= from)
        };
        let count = |name: &str| probes().filter(|event| event.endpoint == name).count();
        let all = probes().map(|event| (event.endpoint.as_str(), count(&event.endpoint)));
        all.max_by_key(|(_, count)| *count)
    }
}

/// Whether somebody or something was made different by it.
fn is_change(event: &Event) -> bool {
    use EventKind::{Endpoints, Outside, Reload, Start};
    matches!(event.kind, Start | Reload | Endpoints | Outside) || layer(event).is_some()
}

/// What an event would be the cause of.
fn layer(event: &Event) -> Option<Cause> {
    match event.kind {
        EventKind::Weights => Some(Cause::Weights),
        EventKind::Persistence => Some(Cause::Persistence),
        // What joins a pool gets nothing from connections that stay where they are.
        EventKind::Endpoints if !event.takes_away() => Some(Cause::Connections),
        _ => event.takes_away().then_some(Cause::CapacityLoss),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(at: f64, kind: EventKind, what: &str) -> Event {
        Event {
            number: 41,
            at,
            kind,
            pool: "shop".to_owned(),
            endpoint: "web1".to_owned(),
            who: String::new(),
            what: what.to_owned(),
        }
    }

    /// Goal: noise does not hide what made it. Method: a weights change, then ten thousand
    /// ejections of its pool and others.
    #[test]
    fn ejections_do_not_push_out_the_change_of_weights() {
        let mut timeline = Timeline::default();
        timeline.push(event(1.0, EventKind::Weights, "web1 weight 1 → 100"));
        for n in 0..10_000 {
            let ejected = event(2.0 + f64::from(n), EventKind::Ejection, "web1 is ejected");
            timeline.push(Event { pool: format!("pool{}", n % 3), ..ejected.clone() });
            timeline.push(ejected);
        }
        let changes = timeline.changes("shop", 20_000.0);
        assert_eq!(changes[0].layer, Some(Cause::Weights));
        assert_eq!(changes.len(), 1 + EACH);
        for n in 0..2 * PLACES {
            let reload = event(30_000.0, EventKind::Reload, "reloaded");
            timeline.push(Event { pool: format!("new{n}"), ..reload });
        }
        assert!(timeline.places.len() <= PLACES);
    }

    #[test]
    fn what_takes_capacity_away_counts_for_its_loss_and_what_joins_does_not() {
        let check = |kind, what: &str, expected| {
            assert_eq!(layer(&event(1.0, kind, what)), expected, "{what}");
        };
        let (loss, joins) = (Some(Cause::CapacityLoss), Some(Cause::Connections));
        check(EventKind::Endpoints, "pool shop: web6 is new, web7 is new", joins);
        check(EventKind::Endpoints, "pool shop is new", joins);
        check(EventKind::Endpoints, "pool shop: web1 drains no more", joins);
        check(EventKind::Endpoints, "pool shop: web6 is new, web1 is gone", loss);
        check(EventKind::Endpoints, "pool shop: web1 drains", loss);
        check(EventKind::Endpoints, "pool shop: web1 address 10.0.0.1:80 → 10.0.0.2:80", loss);
        check(EventKind::Probe, "the probe finds web1 well", None);
        check(EventKind::Probe, "the probe finds web1 down: no answer in time", loss);
        check(EventKind::Ejection, "web1 is back after an ejection", None);
        check(EventKind::Ejection, "web1 is ejected: it fails", loss);
    }

    /// Goal: nothing is denied that was forgotten. Method: a restart whose past is recalled, then
    /// more changes than are remembered, and noise.
    #[test]
    fn it_says_since_when_it_knows() {
        let of = |at, kind| Event { pool: String::new(), ..event(at, kind, "") };
        let mut timeline = Timeline::default();
        assert_eq!(timeline.known_s(1e9), 0.0);
        timeline.push(of(1000.0, EventKind::Start));
        assert_eq!(timeline.known_s(1030.0), 30.0);
        timeline.recall(vec![of(900.0, EventKind::Weights)], 200.0);
        assert_eq!(timeline.known_s(1030.0), 830.0);
        assert_eq!(timeline.changes("portal", 1030.0)[0].ago_s, 130.0);
        for _ in 0..2 * EACH {
            timeline.push(of(1020.0, EventKind::Probe));
        }
        assert_eq!(timeline.known_s(1030.0), 830.0);
        for _ in 0..=EACH {
            timeline.push(of(1025.0, EventKind::Weights));
        }
        assert_eq!(timeline.known_s(1030.0), 5.0);
    }
}
