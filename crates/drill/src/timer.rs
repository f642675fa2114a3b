//! Wakes tasks at an instant, late by some tens of microseconds at most.
//!
//! The runtime's own timer counts in milliseconds: too coarse for a server that fails within
//! 0.2 ms, and for arrivals that are 0.5 ms apart. One thread serves the whole process.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::{Arc, Condvar, LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use tokio::sync::oneshot;

static TIMER: LazyLock<Option<Arc<Timer>>> = LazyLock::new(Timer::start);

/// Ends at `at`, or at once when that has passed.
pub(crate) async fn sleep_until(at: Instant) {
    if at <= Instant::now() {
        return;
    }
    match TIMER.as_ref() {
        Some(timer) => {
            let (ring, rung) = oneshot::channel();
            timer.add(Alarm { at, ring });
            // The thread drops no alarm without ringing it, so this ends in one way only.
            let _ = rung.await;
        }
        // No thread could be started: rather a millisecond late than never.
        None => tokio::time::sleep_until(at.into()).await,
    }
}

struct Timer {
    alarms: Mutex<BinaryHeap<Alarm>>,
    earlier: Condvar,
}

impl Timer {
    fn start() -> Option<Arc<Timer>> {
        let timer =
            Arc::new(Timer { alarms: Mutex::new(BinaryHeap::new()), earlier: Condvar::new() });
        let of_thread = Arc::clone(&timer);
        let thread = thread::Builder::new().name("drill-timer".to_owned());
        thread.spawn(move || of_thread.ring_forever()).ok().map(|_| timer)
    }

    fn add(&self, alarm: Alarm) {
        let mut alarms = self.alarms.lock().unwrap_or_else(PoisonError::into_inner);
        let is_next = alarms.peek().is_none_or(|next| alarm.at < next.at);
        alarms.push(alarm);
        drop(alarms);
        if is_next {
            self.earlier.notify_one();
        }
    }

    fn ring_forever(&self) {
        let mut alarms = self.alarms.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let now = Instant::now();
            while alarms.peek().is_some_and(|next| next.at <= now) {
                if let Some(due) = alarms.pop() {
                    // A sleeper that was dropped has nobody to wake.
                    let _ = due.ring.send(());
                }
            }
            alarms = match alarms.peek().map(|next| next.at.saturating_duration_since(now)) {
                None => self.earlier.wait(alarms).unwrap_or_else(PoisonError::into_inner),
                Some(pause) => {
                    let waited = self.earlier.wait_timeout(alarms, pause);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

struct Alarm {
    at: Instant,
    ring: oneshot::Sender<()>,
}

// The heap gives its greatest first, hence the reversal: the earliest is the greatest.
impl Ord for Alarm {
    fn cmp(&self, other: &Alarm) -> Ordering {
        other.at.cmp(&self.at)
    }
}

impl PartialOrd for Alarm {
    fn partial_cmp(&self, other: &Alarm) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Alarm {
    fn eq(&self, other: &Alarm) -> bool {
        self.at == other.at
    }
}

impl Eq for Alarm {}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Goal: alarms ring in the order of their times, never early. Method: set them reversed.
    #[tokio::test]
    async fn sleepers_wake_in_order_and_not_early() {
        let start = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for ms in [9_u64, 6, 3, 0] {
            tasks.spawn(async move {
                let at = start + Duration::from_millis(ms);
                sleep_until(at).await;
                assert!(Instant::now() >= at, "{ms} ms rang early");
                ms
            });
        }
        let mut order = Vec::new();
        while let Some(done) = tasks.join_next().await {
            order.push(done.unwrap());
        }
        assert_eq!(order, [0, 3, 6, 9]);
    }

    /// Goal: a sleeper that gives up disturbs nobody. Method: drop one, await a later one.
    #[tokio::test]
    async fn a_dropped_sleeper_is_forgotten() {
        let start = Instant::now();
        let early = tokio::spawn(sleep_until(start + Duration::from_millis(2)));
        early.abort();
        sleep_until(start + Duration::from_millis(4)).await;
        assert!(start.elapsed() >= Duration::from_millis(4));
    }
}
