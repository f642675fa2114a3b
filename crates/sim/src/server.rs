//! A server: some slots behind a queue, or a processor that all present share.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use crate::change::Mode;

/// Who is served when more are present than there are slots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Discipline {
    /// First come, first served; the others wait.
    #[default]
    Fifo,
    /// All at once, each so much slower.
    Sharing,
}

/// What a server is.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerSpec {
    /// Its name.
    pub name: String,
    /// Requests that it serves at full speed at once.
    pub slots: u32,
    /// Factor on every demand; 1: full speed.
    pub slowness: f64,
    /// Order of service.
    pub discipline: Discipline,
}

/// A server's state. Reference policies may look at all of it.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) spec: ServerSpec,
    pub(crate) mode: Mode,
    pub(crate) slowness: f64,
    /// Slots in use.
    pub(crate) busy: u32,
    pub(crate) queue: VecDeque<u32>,
    /// Requests sent to it and not answered.
    pub(crate) present: u32,
    pub(crate) sharing: Sharing,
    /// Requests present as a function of time, summed up.
    area: f64,
    area_at_ns: u64,
}

impl Server {
    pub(crate) fn new(spec: &ServerSpec) -> Self {
        Server {
            spec: spec.clone(),
            mode: Mode::Well,
            slowness: spec.slowness,
            busy: 0,
            queue: VecDeque::new(),
            present: 0,
            sharing: Sharing::default(),
            area: 0.0,
            area_at_ns: 0,
        }
    }

    /// Requests sent to it and not answered.
    pub(crate) fn present(&self) -> u32 {
        self.present
    }

    /// Whether a request sent now is served at once.
    pub(crate) fn has_room(&self) -> bool {
        self.present < self.spec.slots
    }

    /// Mean delay of one more request, in services of an idle server of full speed.
    pub(crate) fn expected_delay(&self) -> f64 {
        self.slowness * (f64::from(self.present + 1) / f64::from(self.spec.slots)).max(1.0)
    }

    pub(crate) fn enter(&mut self, now_ns: u64) {
        self.mark(now_ns);
        self.present += 1;
    }

    pub(crate) fn leave(&mut self, now_ns: u64) {
        self.mark(now_ns);
        self.present -= 1;
    }

    fn mark(&mut self, now_ns: u64) {
        self.area += f64::from(self.present) * (now_ns - self.area_at_ns) as f64;
        self.area_at_ns = now_ns;
    }

    /// Requests present × time since the last call, in nanoseconds.
    pub(crate) fn take_area(&mut self, now_ns: u64) -> f64 {
        self.mark(now_ns);
        std::mem::take(&mut self.area)
    }
}

/// Requests that share a processor, by the progress each of them has made: with `n` present and
/// `c` slots, everybody advances at min(1, c ÷ n) of full speed, so that one number per server
/// tells who ends next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sharing {
    /// Service that somebody present all the time has received, ns.
    received: u64,
    at_ns: u64,
    /// By the value of `received` at which each ends.
    present: BinaryHeap<Reverse<(u64, u32)>>,
    /// Counts every change, so that ends noted before it are known to be void.
    pub(crate) version: u32,
}

impl Sharing {
    /// Takes a request of so much work.
    pub(crate) fn enter(&mut self, job: u32, work_ns: u64, slots: u32, now_ns: u64) {
        self.advance(slots, now_ns);
        self.present.push(Reverse((self.received + work_ns, job)));
    }

    /// Takes out the one that ends now.
    pub(crate) fn end(&mut self, slots: u32, now_ns: u64) -> Option<u32> {
        self.advance(slots, now_ns);
        let Reverse((until, job)) = self.present.pop()?;
        // What rounding lost must not be waited for.
        self.received = self.received.max(until);
        Some(job)
    }

    /// When the next one ends if nobody comes; and its mark.
    pub(crate) fn next(&mut self, slots: u32, now_ns: u64) -> Option<(u64, u32)> {
        self.version += 1;
        let Reverse((until, _)) = self.present.peek()?;
        let left = until.saturating_sub(self.received) as f64;
        Some((now_ns + (left / self.speed(slots)).ceil() as u64, self.version))
    }

    pub(crate) fn clear(&mut self) {
        self.present.clear();
        self.version += 1;
    }

    fn speed(&self, slots: u32) -> f64 {
        (f64::from(slots) / self.present.len().max(1) as f64).min(1.0)
    }

    fn advance(&mut self, slots: u32, now_ns: u64) {
        self.received += ((now_ns - self.at_ns) as f64 * self.speed(slots)) as u64;
        self.at_ns = now_ns;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: everybody gets an equal part. Method: two requests on one slot, worked out by hand.
    #[test]
    fn a_shared_processor_is_shared() {
        let mut sharing = Sharing::default();
        sharing.enter(1, 1000, 1, 0);
        assert_eq!(sharing.next(1, 0).map(|n| n.0), Some(1000));
        // At 400 the first has 600 left; with the second each advances half as fast.
        sharing.enter(2, 1000, 1, 400);
        assert_eq!(sharing.next(1, 400).map(|n| n.0), Some(1600));
        assert_eq!(sharing.end(1, 1600), Some(1));
        // The second has received 600, and is alone.
        assert_eq!(sharing.next(1, 1600).map(|n| n.0), Some(2000));
        assert_eq!(sharing.end(1, 2000), Some(2));
        assert_eq!(sharing.next(1, 2000), None);
    }
}
