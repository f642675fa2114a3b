//! Deadlines with a clock that the test moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::Wake;

use super::*;

/// Counts how often it is woken.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

impl Bell {
    fn rings(&self) -> usize {
        self.0.swap(0, Relaxed)
    }
}

fn asks(deadline: &Deadline, bell: &Arc<Bell>, now_ms: u64) -> bool {
    let waker = Waker::from(Arc::clone(bell));
    deadline.is_over(&mut Context::from_waker(&waker), now_ms)
}

#[test]
fn a_deadline_wakes_when_it_is_over_and_not_before() {
    let (deadlines, bell) = (Deadlines::default(), Arc::<Bell>::default());
    let deadline = deadlines.register();
    assert!(!asks(&deadline, &bell, u64::MAX - 1), "one that is not set is never over");
    deadlines.tick(1000);
    deadline.set(1100);
    assert!(!asks(&deadline, &bell, 1099));
    deadlines.tick(1050);
    deadlines.tick(1149);
    assert_eq!((bell.rings(), deadlines.now_ms()), (0, 1149));
    deadlines.tick(1150);
    assert_eq!(bell.rings(), 1);
    assert!(asks(&deadline, &bell, deadlines.now_ms()));
}

/// Goal: never early, and at most two ticks late. Method: every moment of a tick, waits of
/// up to three ticks, and a worker that is now and then held up for long.
#[test]
fn a_deadline_is_never_early() {
    let (tick, hold_up) = (TICK_MS, 7 * TICK_MS);
    for (set_at, wait) in (0..tick + hold_up).flat_map(|at| (1..3 * tick).map(move |w| (at, w))) {
        let (deadlines, bell) = (Deadlines::default(), Arc::<Bell>::default());
        let deadline = deadlines.register();
        // Without a hold-up the next tick is one tick away, else it comes right after.
        let next = if set_at < tick { tick } else { set_at };
        deadline.set(deadlines.now_ms() + wait);
        assert!(!asks(&deadline, &bell, deadlines.now_ms()));
        let mut now = next;
        deadlines.tick(now);
        while !asks(&deadline, &bell, deadlines.now_ms()) {
            now += tick;
            deadlines.tick(now);
        }
        assert!(now >= set_at + wait, "set at {set_at} for {wait}, over at {now}");
        assert!(now <= set_at + wait + 2 * tick, "set at {set_at} for {wait}, over at {now}");
    }
}

#[test]
fn who_is_impatient_is_woken_once() {
    let (deadlines, bell) = (Deadlines::default(), Arc::<Bell>::default());
    let deadline = deadlines.register();
    deadline.set(1000);
    deadline.wake_at_next_tick();
    assert!(!asks(&deadline, &bell, 0));
    deadlines.tick(50);
    assert_eq!(bell.rings(), 1);
    deadlines.tick(100);
    assert_eq!(bell.rings(), 0);
}

#[test]
fn moving_a_deadline_needs_no_new_question() {
    let (deadlines, bell) = (Deadlines::default(), Arc::<Bell>::default());
    let deadline = deadlines.register();
    deadline.set(100);
    assert!(!asks(&deadline, &bell, 0));
    deadlines.tick(50);
    deadline.set(200);
    deadlines.tick(160);
    assert_eq!(bell.rings(), 0);
    deadline.set(170);
    deadlines.tick(161);
    assert_eq!(bell.rings(), 0);
    deadlines.tick(171);
    assert_eq!(bell.rings(), 1);
}

/// Goal: the task that asked last is woken. Method: two askers, one deadline.
#[test]
fn the_latest_asker_is_woken() {
    let deadlines = Deadlines::default();
    let (first, second) = (Arc::<Bell>::default(), Arc::<Bell>::default());
    let deadline = deadlines.register();
    deadline.set(10);
    assert!(!asks(&deadline, &first, 0) && !asks(&deadline, &second, 0));
    deadlines.tick(5);
    deadlines.tick(15);
    assert_eq!((first.rings(), second.rings()), (0, 1));
}

#[test]
fn everybody_is_woken_at_once() {
    let (deadlines, bell) = (Deadlines::default(), Arc::<Bell>::default());
    let all = [deadlines.register(), deadlines.register(), deadlines.register()];
    assert!(all.iter().all(|deadline| !asks(deadline, &bell, 0)));
    deadlines.wake_all();
    assert_eq!(bell.rings(), 3);
}

#[test]
fn connections_that_are_gone_are_forgotten() {
    let (deadlines, bell) = (Deadlines::default(), Arc::<Bell>::default());
    let (gone, stays) = (deadlines.register(), deadlines.register());
    for deadline in [&gone, &stays] {
        deadline.set(10);
        assert!(!asks(deadline, &bell, 0));
    }
    drop(gone);
    deadlines.tick(5);
    deadlines.tick(15);
    assert_eq!(bell.rings(), 1, "the one that is left");
    assert_eq!(deadlines.places.borrow().len(), 1);
}
