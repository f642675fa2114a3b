//! Waiting for an endpoint below its limit: in order, bounded in number, and in time by the
//! caller.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// One pool's waiting room, shared by all workers and kept over reloads.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: AtomicU32,
    line: Mutex<Line>,
}

/// Who waits, by ticket, the longest first.
#[derive(Debug, Default)]
struct Line {
    tickets: u64,
    callers: BTreeMap<u64, Caller>,
}

#[derive(Debug, Default)]
struct Caller {
    called: bool,
    /// It has let those behind it ask: what is free is of no use to it.
    passed_on: bool,
    waker: Option<Waker>,
}

impl Caller {
    fn call(&mut self) {
        self.called = true;
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl Line {
    /// Whether what is free is of no use to anybody here.
    fn is_passed_on(&self) -> bool {
        self.callers.values().next_back().is_none_or(|last| last.passed_on)
    }
}

impl Queue {
    /// Takes a place in the room; `None` when `size` are taken.
    pub(crate) fn enter(self: &Arc<Self>, size: u32) -> Option<Waiting> {
        let room = |n: u32| (n < size).then(|| n + 1);
        self.waiting.fetch_update(Relaxed, Relaxed, room).ok()?;
        let mut line = self.line();
        let ticket = line.tickets;
        line.tickets += 1;
        // With nobody before it who could want it, it may ask at once for what is free.
        let called = line.is_passed_on();
        line.callers.insert(ticket, Caller { called, ..Caller::default() });
        drop(line);
        Some(Waiting { queue: Arc::clone(self), ticket })
    }

    /// Whether a newcomer must wait behind those who wait: the last of them may want whatever
    /// becomes free.
    pub(crate) fn bars(&self) -> bool {
        self.waiting() > 0 && !self.line().is_passed_on()
    }

    /// Requests waiting.
    pub(crate) fn waiting(&self) -> u32 {
        self.waiting.load(Relaxed)
    }

    /// An endpoint has room again: the one who waits longest may ask.
    pub(crate) fn release(&self) {
        if self.waiting() > 0 {
            self.call_from(0);
        }
    }

    /// Calls the first whose ticket is not below `ticket`.
    fn call_from(&self, ticket: u64) {
        if let Some((_, caller)) = self.line().callers.range_mut(ticket..).next() {
            caller.call();
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // A panic while it is held leaves a line of whole callers.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the waiting room. It is kept until it is dropped, however often it is called in
/// vain: who waits longest stays first.
pub(crate) struct Waiting {
    queue: Arc<Queue>,
    ticket: u64,
}

impl Waiting {
    /// Until it is called.
    pub(crate) async fn turn(&self) {
        poll_fn(|cx| {
            let mut line = self.queue.line();
            let Some(caller) = line.callers.get_mut(&self.ticket) else { return Poll::Ready(()) };
            if std::mem::take(&mut caller.called) {
                return Poll::Ready(());
            }
            caller.waker = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// What became free is of no use here: the next one may ask.
    pub(crate) fn pass_on(&self) {
        if let Some(caller) = self.queue.line().callers.get_mut(&self.ticket) {
            caller.passed_on = true;
        }
        self.queue.call_from(self.ticket + 1);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.queue.waiting.fetch_sub(1, Relaxed);
        self.queue.line().callers.remove(&self.ticket);
        // It may have been called and have left, or more than one place may be free.
        self.queue.release();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::Context;

    /// Whether it is called now.
    fn is_called(waiting: &Waiting) -> bool {
        let mut cx = Context::from_waker(Waker::noop());
        pin!(waiting.turn()).poll(&mut cx).is_ready()
    }

    fn room() -> (Arc<Queue>, Vec<Waiting>) {
        let queue = Arc::new(Queue::default());
        let waiting: Vec<Waiting> = (0..3).filter_map(|_| queue.enter(3)).collect();
        assert!(queue.enter(3).is_none(), "three places");
        (queue, waiting)
    }

    #[test]
    fn a_call_in_vain_loses_no_place() {
        let (queue, waiting) = room();
        assert!(is_called(&waiting[0]), "the first asks at once");
        for _ in 0..5 {
            assert!(!waiting.iter().any(is_called));
            queue.release();
            assert!(!is_called(&waiting[1]) && is_called(&waiting[0]));
        }
    }

    #[test]
    fn who_leaves_calls_the_next() {
        let (queue, mut waiting) = room();
        waiting.remove(0);
        assert!(is_called(&waiting[0]) && !is_called(&waiting[1]));
        waiting.remove(1);
        assert!(is_called(&waiting[0]), "perhaps in vain");
        waiting.clear();
        assert_eq!(queue.waiting(), 0);
    }

    #[test]
    fn a_call_is_passed_on() {
        let (queue, waiting) = room();
        waiting[0].pass_on();
        assert!(is_called(&waiting[1]) && !is_called(&waiting[2]));
        waiting[2].pass_on();
        queue.release();
        assert!(is_called(&waiting[0]) && !is_called(&waiting[1]));
        let newcomer = queue.enter(4).expect("a fourth place");
        assert!(is_called(&newcomer), "the last before it has no use for what is free");
    }
}
