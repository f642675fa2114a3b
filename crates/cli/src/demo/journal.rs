//! What happened, in the order it happened.

use std::time::{Duration, Instant};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Event {
    /// After the start of the traffic.
    pub(super) at: Duration,
    /// A sentence without its full stop.
    pub(super) what: String,
}

/// The events of one demo.
pub(super) struct Journal {
    start: Instant,
    events: Vec<Event>,
}

impl Journal {
    pub(super) fn begin(start: Instant) -> Journal {
        Journal { start, events: Vec::new() }
    }

    /// Writes down what happens now.
    pub(super) fn note(&mut self, what: String) -> &Event {
        self.events.push(Event { at: self.start.elapsed(), what });
        &self.events[self.events.len() - 1]
    }

    pub(super) fn into_events(self) -> Vec<Event> {
        self.events
    }
}
