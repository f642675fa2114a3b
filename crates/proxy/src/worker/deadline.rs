//! Deadlines of one worker's connections: a number per connection, looked over by one ticker.
//!
//! A timer per phase would cost more than the phase. Here moving a deadline is two stores, and
//! some thousand numbers are read every 50 ms. Nobody asks for the time when a deadline is set:
//! the latest tick's is taken, and the first tick after it adds what had passed. So a deadline
//! is never early, however busy the worker is, and at most two ticks late.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Context, Waker};

/// How often deadlines are looked at.
pub(crate) const TICK_MS: u64 = 50;

/// All deadlines of a worker.
#[derive(Debug, Default)]
pub(crate) struct Deadlines {
    places: RefCell<Vec<Rc<Place>>>,
    now_ms: Cell<u64>,
}

#[derive(Debug)]
struct Place {
    /// Counted from the latest tick while `fresh`, absolute from the next one on.
    at_ms: Cell<u64>,
    /// Set since the latest tick.
    fresh: Cell<bool>,
    /// Woken by the next tick in any case.
    impatient: Cell<bool>,
    waker: RefCell<Option<Waker>>,
    taken: Cell<bool>,
}

/// One connection's deadline.
#[derive(Debug)]
pub(crate) struct Deadline(Rc<Place>);

const NEVER: u64 = u64::MAX;

impl Deadlines {
    /// A deadline that is not set.
    pub(crate) fn register(&self) -> Deadline {
        let place = Rc::new(Place {
            at_ms: Cell::new(NEVER),
            fresh: Cell::new(false),
            impatient: Cell::new(false),
            waker: RefCell::new(None),
            taken: Cell::new(true),
        });
        self.places.borrow_mut().push(Rc::clone(&place));
        Deadline(place)
    }

    /// The time of the latest tick.
    pub(crate) fn now_ms(&self) -> u64 {
        self.now_ms.get()
    }

    /// Wakes whose time is over, and forgets connections that are gone.
    pub(crate) fn tick(&self, now_ms: u64) {
        let passed_ms = now_ms.saturating_sub(self.now_ms.replace(now_ms));
        self.places.borrow_mut().retain(|place| {
            if place.fresh.replace(false) {
                place.at_ms.set(place.at_ms.get().saturating_add(passed_ms));
            }
            if place.impatient.replace(false) || place.at_ms.get() <= now_ms {
                place.wake();
            }
            place.taken.get()
        });
    }

    /// Wakes everybody, so that each sees what has changed.
    pub(crate) fn wake_all(&self) {
        for place in self.places.borrow().iter() {
            place.wake();
        }
    }
}

impl Place {
    fn wake(&self) {
        if let Some(waker) = self.waker.borrow().as_ref() {
            waker.wake_by_ref();
        }
    }
}

impl Deadline {
    /// Sets it: a time from [`Deadlines::now_ms`] on. It is over at that time at the earliest,
    /// two ticks later at the latest.
    pub(crate) fn set(&self, at_ms: u64) {
        self.0.at_ms.set(at_ms);
        self.0.fresh.set(true);
    }

    /// Wakes the task that asks whether it is over at the next tick, over or not.
    pub(crate) fn wake_at_next_tick(&self) {
        self.0.impatient.set(true);
    }

    /// Whether it is over; otherwise the task is woken when it will be.
    pub(crate) fn is_over(&self, cx: &mut Context<'_>, now_ms: u64) -> bool {
        if self.0.at_ms.get() <= now_ms {
            return true;
        }
        let mut waker = self.0.waker.borrow_mut();
        match &*waker {
            Some(known) if known.will_wake(cx.waker()) => {}
            _ => *waker = Some(cx.waker().clone()),
        }
        false
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        self.0.taken.set(false);
        self.0.waker.take();
    }
}

#[cfg(test)]
mod tests;
