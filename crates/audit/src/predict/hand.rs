//! A picker with the requests that it has under way.

use foreign::pick::{Picker, Request, State};

use super::flight::Flight;
use super::paces::Took;
use super::pool::Pool;

/// One imitation at work.
pub(super) struct Hand {
    picker: Box<dyn Picker>,
    flight: Option<Flight>,
    /// What each server takes, where requests wait for any of them; 0 for one that gets none.
    room: Vec<f64>,
}

impl Hand {
    /// The pool's method with some servers down.
    pub(super) fn new(pool: &Pool, down: &[usize]) -> Hand {
        Hand::of(pool, down, (pool.make)(down))
    }

    /// Another picker over the pool's servers.
    pub(super) fn of(pool: &Pool, down: &[usize], picker: Box<dyn Picker>) -> Hand {
        let flight = pool.is_loaded.then(|| Flight::new(pool.members.len()));
        // What a hash leads to a full server waits for that one.
        let intended = if pool.is_hash { Vec::new() } else { pool.intended(down) };
        let room = intended
            .iter()
            .zip(&pool.members)
            .map(|(share, member)| if *share > 0.0 { member.limit.unwrap_or(0.0) } else { 0.0 });
        Hand { picker, flight, room: room.collect() }
    }

    /// The server of a request that takes so long.
    pub(super) fn pick(&mut self, request: &Request<'_>, took: Took<'_>) -> Option<usize> {
        let Some(flight) = &mut self.flight else {
            return self.picker.pick(request, &State::default());
        };
        let picker = &mut self.picker;
        flight.until(request.at_s, |counts| {
            picker.settle(&State { in_flight: counts, tried: &[] });
        });
        let state = State { in_flight: &flight.counts, tried: &[] };
        // Where all are full it waits, and goes where the first place becomes free.
        let picked = picker
            .pick(request, &state)
            .or_else(|| freest(&flight.counts, &self.room))
            .or_else(|| picker.pick(request, &State::default()));
        if let Some(server) = picked {
            flight.begin(server, request.at_s, took.at(server));
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

/// The server that has the least for what it takes.
fn freest(counts: &[u32], room: &[f64]) -> Option<usize> {
    let filled = counts.iter().zip(room).enumerate().filter(|(_, (_, room))| **room > 0.0);
    let filled = filled.map(|(place, (count, room))| (place, f64::from(*count) / room));
    filled.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(place, _)| place)
}
