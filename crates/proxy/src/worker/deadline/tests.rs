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
    deadline.set(100);
    assert!(!asks(&deadline, &bell, 99));
    deadlines.tick(99);
    assert_eq!((bell.rings(), deadlines.now_ms()), (0, 99));
    deadlines.tick(100);
    assert_eq!(bell.rings(), 1);
    assert!(asks(&deadline, &bell, deadlines.now_ms()));
}

#[test]
fn moving_a_deadline_needs_no_new_question() {
    let (deadlines, bell) = (Deadlines::default(), Arc::<Bell>::default());
    let deadline = deadlines.register();
    deadline.set(100);
    assert!(!asks(&deadline, &bell, 0));
    deadline.set(200);
    deadlines.tick(150);
    assert_eq!(bell.rings(), 0);
    deadline.set(140);
    deadlines.tick(151);
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
    deadlines.tick(10);
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
    deadlines.tick(10);
    assert_eq!(bell.rings(), 1, "the one that is left");
    assert_eq!(deadlines.places.borrow().len(), 1);
}
