//! Waiting for an endpoint below its limit: in order, bounded in number, and in time by the
//! caller.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// What a caller waits for: a place at this endpoint (its id), or at any.
pub(crate) type Wish = Option<u64>;

/// One pool's waiting room, shared by all workers and kept over reloads.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: AtomicU32,
    lines: Mutex<Lines>,
}

/// Who waits. Those who can only use one endpoint have a line of their own, so that a place
/// elsewhere does not call them one after the other in vain.
#[derive(Debug, Default)]
struct Lines {
    tickets: u64,
    lines: BTreeMap<Wish, Line>,
}

/// Callers by ticket, the longest waiting first.
type Line = BTreeMap<u64, Caller>;

#[derive(Debug, Default)]
struct Caller {
    called: bool,
    /// Those behind it may ask before it does.
    aside: bool,
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

impl Lines {
    /// Whether somebody who comes into this line may ask at once.
    fn lets_ask(&self, wish: Wish) -> bool {
        let last = self.lines.get(&wish).and_then(|line| line.values().next_back());
        last.is_none_or(|last| last.aside)
    }

    /// Calls the first of a line whose ticket is not below `ticket`.
    fn call(&mut self, wish: Wish, ticket: u64) {
        let next = self.lines.get_mut(&wish).and_then(|line| line.range_mut(ticket..).next());
        if let Some((_, caller)) = next {
            caller.call();
        }
    }
}

impl Lines {
    /// Takes a caller out; a line without callers is none.
    fn leave(&mut self, wish: Wish, ticket: u64) -> Option<Caller> {
        let line = self.lines.get_mut(&wish)?;
        let caller = line.remove(&ticket);
        if line.is_empty() {
            self.lines.remove(&wish);
        }
        caller
    }
}

impl Queue {
    /// Takes a place in the room; `None` when `size` are taken.
    pub(crate) fn enter(self: &Arc<Self>, size: u32, wish: Wish) -> Option<Waiting> {
        let room = |n: u32| (n < size).then(|| n + 1);
        self.waiting.fetch_update(Relaxed, Relaxed, room).ok()?;
        let mut lines = self.lines();
        let ticket = lines.tickets;
        lines.tickets += 1;
        // With nobody before it who could want it, it may ask at once for what is free.
        let called = lines.lets_ask(wish);
        let caller = Caller { called, ..Caller::default() };
        lines.lines.entry(wish).or_default().insert(ticket, caller);
        drop(lines);
        Some(Waiting { queue: Arc::clone(self), wish, ticket })
    }

    /// Whether a newcomer must wait behind those who wait: the last of them may want whatever
    /// becomes free.
    pub(crate) fn bars(&self, wish: Wish) -> bool {
        if self.waiting() == 0 {
            return false;
        }
        let lines = self.lines();
        !lines.lets_ask(None) || !lines.lets_ask(wish)
    }

    /// Requests waiting.
    pub(crate) fn waiting(&self) -> u32 {
        self.waiting.load(Relaxed)
    }

    /// An endpoint has room again: those may ask who wait longest for it and for any.
    pub(crate) fn release(&self, endpoint: u64) {
        if self.waiting() > 0 {
            let mut lines = self.lines();
            lines.call(Some(endpoint), 0);
            lines.call(None, 0);
        }
    }

    /// Something has changed: the first of every line may ask.
    pub(crate) fn release_all(&self) {
        if self.waiting() > 0 {
            let mut lines = self.lines();
            let firsts = lines.lines.values_mut().filter_map(|line| line.values_mut().next());
            firsts.for_each(Caller::call);
        }
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        // A panic while it is held leaves lines of whole callers.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the waiting room. It is kept until it is dropped, however often it is called in
/// vain: who waits longest stays first.
pub(crate) struct Waiting {
    queue: Arc<Queue>,
    wish: Wish,
    ticket: u64,
}

impl Waiting {
    /// Until it is called.
    pub(crate) async fn turn(&self) {
        poll_fn(|cx| {
            let mut lines = self.queue.lines();
            let Some(caller) = self.caller(&mut lines) else { return Poll::Ready(()) };
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
        self.stand_aside();
        self.queue.lines().call(self.wish, self.ticket + 1);
    }

    /// Those who come need not wait behind it.
    pub(crate) fn stand_aside(&self) {
        if let Some(caller) = self.caller(&mut self.queue.lines()) {
            caller.aside = true;
        }
    }

    /// Changes what it waits for, and keeps its turn: from now on it wants what becomes free.
    pub(crate) fn wish(&mut self, wish: Wish) {
        let mut lines = self.queue.lines();
        if let Some(caller) = self.caller(&mut lines) {
            caller.aside = false;
        }
        if wish != self.wish {
            if let Some(caller) = lines.leave(self.wish, self.ticket) {
                lines.lines.entry(wish).or_default().insert(self.ticket, caller);
            }
            self.wish = wish;
        }
    }

    fn caller<'l>(&self, lines: &'l mut Lines) -> Option<&'l mut Caller> {
        lines.lines.get_mut(&self.wish)?.get_mut(&self.ticket)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.queue.waiting.fetch_sub(1, Relaxed);
        let mut lines = self.queue.lines();
        lines.leave(self.wish, self.ticket);
        // It may have been called and have left, or more than one place may be free.
        lines.call(self.wish, 0);
        lines.call(None, 0);
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
        let waiting: Vec<Waiting> = (0..3).filter_map(|_| queue.enter(3, None)).collect();
        assert!(queue.enter(3, None).is_none(), "three places");
        (queue, waiting)
    }

    #[test]
    fn a_call_in_vain_loses_no_place() {
        let (queue, waiting) = room();
        assert!(is_called(&waiting[0]), "the first asks at once");
        for _ in 0..5 {
            assert!(!waiting.iter().any(is_called));
            queue.release(7);
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
        queue.release(7);
        assert!(is_called(&waiting[0]) && !is_called(&waiting[1]));
        let newcomer = queue.enter(4, None).expect("a fourth place");
        assert!(is_called(&newcomer), "the last before it has no use for what is free");
    }

    /// Goal: one who finds no place calls nobody who would find none either, and keeps its turn;
    /// who comes may ask. Method: the first stands aside, and a place falls free.
    #[test]
    fn who_stands_aside_keeps_the_next_place() {
        let (queue, waiting) = room();
        assert!(is_called(&waiting[0]));
        waiting.iter().for_each(Waiting::stand_aside);
        assert!(!waiting.iter().any(is_called) && !queue.bars(None));
        queue.release(7);
        assert!(is_called(&waiting[0]) && !is_called(&waiting[1]) && !is_called(&waiting[2]));
    }

    /// Goal: who had no use for a place and then wants one again is not passed over for ever.
    /// Method: a caller passes on, and changes its wish there and back.
    #[test]
    fn a_new_wish_counts_again() {
        let queue = Arc::new(Queue::default());
        let mut waiting = queue.enter(9, Some(1)).expect("a place");
        waiting.wish(None);
        waiting.pass_on();
        assert!(!queue.bars(None), "it has no use for what is free");
        waiting.wish(None);
        assert!(queue.bars(None), "now it has");
    }

    #[test]
    fn a_place_calls_those_who_can_use_it() {
        let queue = Arc::new(Queue::default());
        let mut waiting: Vec<Waiting> = [Some(1), Some(1), Some(2), None]
            .into_iter()
            .filter_map(|w| queue.enter(9, w))
            .collect();
        let called = |waiting: &[Waiting]| waiting.iter().map(is_called).collect::<Vec<_>>();
        assert_eq!(called(&waiting), [true, false, true, true], "each line's first asks at once");
        queue.release(1);
        assert_eq!(called(&waiting), [true, false, false, true]);
        queue.release(3);
        assert_eq!(called(&waiting), [false, false, false, true]);
        queue.release_all();
        assert_eq!(called(&waiting), [true, false, true, true]);
        assert!(queue.bars(None) && queue.bars(Some(3)), "somebody wants any");
        waiting.pop();
        assert!(queue.bars(Some(1)) && !queue.bars(Some(3)) && !queue.bars(None));
        waiting.remove(0);
        assert_eq!(called(&waiting), [true, false], "the next of the same line");
        waiting[1].wish(None);
        queue.release(2);
        assert_eq!(called(&waiting), [false, true], "now it waits for any");
        waiting.clear();
        assert_eq!(queue.waiting(), 0);
        assert!(queue.lines().lines.is_empty());
    }
}
