//! What happened in the data path since somebody last looked.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use ledger::{Event, EventKind};

/// More in a second than this are not told one by one: nobody could read them.
const EVENTS_MAX: usize = 1000;

/// Gathers events from all who have some.
#[derive(Clone, Debug, Default)]
pub(crate) struct Events(Arc<Mutex<Vec<Event>>>);

impl Events {
    /// Notes one that happened now, of the balancer's own accord.
    pub(crate) fn note(&self, kind: EventKind, pool: &str, endpoint: &str, what: &str) {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let event = Event {
            number: 0,
            at: since.map_or(0.0, |since| since.as_secs_f64()),
            kind,
            pool: pool.to_owned(),
            endpoint: endpoint.to_owned(),
            who: String::new(),
            what: what.to_owned(),
        };
        // A panic while it is held leaves a list with an event more or less.
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() < EVENTS_MAX {
            events.push(event);
        }
    }

    pub(super) fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
