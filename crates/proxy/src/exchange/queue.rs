//! Waiting for a free slot, or for an endpoint below its limit: in order, bounded in number, and in
//! time by the caller.

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
#[derive(Debug, Default)]
struct Line {
    callers: BTreeMap<u64, Caller>,
    /// How many of them bar others.
    barring: usize,
}

#[derive(Debug, Default)]
struct Caller {
    called: bool,
    /// Newcomers wait behind it. They need not where the core itself has them wait, nor where what
    /// is free is of no use to this one.
    bars: bool,
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
    fn put(&mut self, ticket: u64, caller: Caller) {
        self.barring += usize::from(caller.bars);
        self.callers.insert(ticket, caller);
    }

    fn take(&mut self, ticket: u64) -> Option<Caller> {
        let caller = self.callers.remove(&ticket)?;
        self.barring -= usize::from(caller.bars);
        Some(caller)
    }
}

impl Lines {
    /// Whether a newcomer must wait behind somebody in this line.
    fn bar(&self, wish: Wish) -> bool {
        self.lines.get(&wish).is_some_and(|line| line.barring > 0)
    }

    /// Calls the first of a line whose ticket is not below `ticket`.
    fn call(&mut self, wish: Wish, ticket: u64) {
        let line = self.lines.get_mut(&wish);
        if let Some((_, caller)) = line.and_then(|line| line.callers.range_mut(ticket..).next()) {
            caller.call();
        }
    }

    /// Takes a caller out; a line without callers is none.
    fn leave(&mut self, wish: Wish, ticket: u64) -> Option<Caller> {
        let line = self.lines.get_mut(&wish)?;
        let caller = line.take(ticket);
        if line.callers.is_empty() {
            self.lines.remove(&wish);
        }
        caller
    }
}

impl Queue {
    /// Takes a place in the room; `None` when `size` are taken. `held`: the core has it wait, and
    /// would have others wait too.
    pub(crate) fn enter(self: &Arc<Self>, size: u32, wish: Wish, held: bool) -> Option<Waiting> {
        let room = |n: u32| (n < size).then(|| n + 1);
        self.waiting.fetch_update(Relaxed, Relaxed, room).ok()?;
        let mut lines = self.lines();
        let ticket = lines.tickets;
        lines.tickets += 1;
        // A place may be free since it asked; with somebody before it, that one was called.
        let called = if held { !lines.lines.contains_key(&wish) } else { !lines.bar(wish) };
        let caller = Caller { called, bars: !held, waker: None };
        lines.lines.entry(wish).or_default().put(ticket, caller);
        drop(lines);
        Some(Waiting { queue: Arc::clone(self), wish, ticket })
    }

    /// Whether a newcomer must wait behind those who wait: what becomes free is theirs.
    pub(crate) fn bars(&self, wish: Wish) -> bool {
        if self.waiting() == 0 {
            return false;
        }
        let lines = self.lines();
        lines.bar(None) || lines.bar(wish)
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
            let firsts =
                lines.lines.values_mut().filter_map(|line| line.callers.values_mut().next());
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

    /// What became free is of no use here: the next one may ask, and so may newcomers.
    pub(crate) fn pass_on(&mut self) {
        let mut lines = self.queue.lines();
        self.put(&mut lines, self.wish, false);
        lines.call(self.wish, self.ticket + 1);
    }

    /// Changes what it waits for, and keeps its turn. `held`: the core has it wait.
    pub(crate) fn wish(&mut self, wish: Wish, held: bool) {
        let mut lines = self.queue.lines();
        self.put(&mut lines, wish, !held);
        drop(lines);
        self.wish = wish;
    }

    fn put(&self, lines: &mut Lines, wish: Wish, bars: bool) {
        if let Some(caller) = lines.leave(self.wish, self.ticket) {
            lines.lines.entry(wish).or_default().put(self.ticket, Caller { bars, ..caller });
        }
    }

    fn caller<'l>(&self, lines: &'l mut Lines) -> Option<&'l mut Caller> {
        lines.lines.get_mut(&self.wish)?.callers.get_mut(&self.ticket)
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
        let waiting: Vec<Waiting> = (0..3).filter_map(|_| queue.enter(3, None, false)).collect();
        assert!(queue.enter(3, None, false).is_none(), "three places");
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
        let (queue, mut waiting) = room();
        waiting[0].pass_on();
        assert!(is_called(&waiting[1]) && !is_called(&waiting[2]));
        waiting.iter_mut().for_each(Waiting::pass_on);
        queue.release(7);
        assert!(is_called(&waiting[0]) && is_called(&waiting[1]), "called when passed on");
        let newcomer = queue.enter(4, None, false).expect("a fourth place");
        assert!(is_called(&newcomer), "those before it have no use for what is free");
    }

    /// Goal: those whom the core holds bar nobody, not for a moment, and keep their turn.
    /// Method: three are held; a place falls free.
    #[test]
    fn who_is_held_bars_nobody() {
        let queue = Arc::new(Queue::default());
        let mut held: Vec<Waiting> = (0..3).filter_map(|_| queue.enter(3, None, true)).collect();
        assert!(!queue.bars(None));
        assert!(is_called(&held[0]) && !is_called(&held[1]) && !is_called(&held[2]));
        held[0].wish(None, true);
        assert!(!queue.bars(None), "it asked in vain");
        queue.release(7);
        assert!(is_called(&held[0]) && !is_called(&held[1]));
        held.remove(0);
        assert!(is_called(&held[0]) && !is_called(&held[1]), "there may be another place");
        held[1].wish(None, false);
        assert!(queue.bars(None) && queue.bars(Some(1)), "all are at their limits");
        held.remove(1);
        assert!(!queue.bars(None));
    }

    /// Goal: who had no use for a place and then wants one again is not passed over for ever.
    /// Method: a caller passes on, and changes its wish there and back.
    #[test]
    fn a_new_wish_counts_again() {
        let queue = Arc::new(Queue::default());
        let mut waiting = queue.enter(9, Some(1), true).expect("a place");
        waiting.wish(None, true);
        waiting.pass_on();
        assert!(!queue.bars(None), "it has no use for what is free");
        waiting.wish(None, false);
        assert!(queue.bars(None), "now it has");
    }

    #[test]
    fn a_place_calls_those_who_can_use_it() {
        let queue = Arc::new(Queue::default());
        let mut waiting: Vec<Waiting> = [Some(1), Some(1), Some(2), None]
            .into_iter()
            .filter_map(|w| queue.enter(9, w, false))
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
        waiting[1].wish(None, false);
        queue.release(2);
        assert_eq!(called(&waiting), [false, true], "now it waits for any");
        waiting.clear();
        assert_eq!(queue.waiting(), 0);
        assert!(queue.lines().lines.is_empty());
    }
}
