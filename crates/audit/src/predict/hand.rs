//! A picker with the requests that it has under way.

use foreign::pick::{Picker, Request, State};

use super::flight::Flight;
use super::pool::Pool;

/// One imitation at work.
pub(super) struct Hand {
    picker: Box<dyn Picker>,
    flight: Option<Flight>,
}

impl Hand {
    /// The pool's method with some servers down.
    pub(super) fn new(pool: &Pool, down: &[usize]) -> Hand {
        Hand::of(pool, (pool.make)(down))
    }

    /// Another picker over the pool's servers.
    pub(super) fn of(pool: &Pool, picker: Box<dyn Picker>) -> Hand {
        let flight = pool.is_loaded.then(|| Flight::new(pool.members.len()));
        Hand { picker, flight }
    }

    /// The server of a request that takes so long there.
    pub(super) fn pick(&mut self, request: &Request<'_>, took_s: f64) -> Option<usize> {
        let Some(flight) = &mut self.flight else {
            return self.picker.pick(request, &State::default());
        };
        let picker = &mut self.picker;
        flight.until(request.at_s, |counts| {
            picker.settle(&State { in_flight: counts, tried: &[] });
        });
        let state = State { in_flight: &flight.counts, tried: &[] };
        // Where all are full it waits, and goes where the first place becomes free: nobody knows
        // where. Without the limits the method says whose turn it was.
        let picked =
            picker.pick(request, &state).or_else(|| picker.pick(request, &State::default()));
        if let Some(server) = picked {
            flight.begin(server, request.at_s, took_s);
        }
        picked
    }

    /// A request that persistence, not the method, sent to a server.
    pub(super) fn note(&mut self, server: usize, at_s: f64, took_s: f64) {
        let Some(flight) = &mut self.flight else { return };
        let picker = &mut self.picker;
        flight.until(at_s, |counts| picker.settle(&State { in_flight: counts, tried: &[] }));
        flight.begin(server, at_s, took_s);
    }
}
