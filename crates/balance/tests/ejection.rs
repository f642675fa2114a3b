//! Who is taken out for its failures, for how long, and how it comes back.
#![cfg(not(miri))]

mod pools;

use std::sync::Arc;

use balance::{Ask, Outcome, Pool, PoolSpec, Rng};
use pools::SECOND;

struct Bench {
    pool: Arc<Pool>,
    rng: Rng,
    now_ns: u64,
}

impl Bench {
    fn new(change: impl FnOnce(&mut PoolSpec)) -> Self {
        let mut spec = pools::defaults(5, 10.0);
        spec.slow_start_ns = 0;
        change(&mut spec);
        Bench { pool: Arc::new(Pool::new(spec, 1, 1)), rng: Rng::new(1), now_ns: 1 }
    }

    /// Sends one request to the endpoint at `index`, all others counting as tried.
    fn send(&mut self, index: usize, well: bool) {
        let tried: Vec<u16> = (0..5u16).filter(|&i| usize::from(i) != index).collect();
        let ask = Ask { tried: &tried, now_ns: self.now_ns, ..Ask::default() };
        let Ok(pick) = self.pool.pick(&ask, &mut self.rng) else { panic!("{index} is not full") };
        let success = Outcome::Success { first_byte_ns: 1000 };
        pick.lease.judge(if well { success } else { Outcome::Failure }, self.now_ns);
        pick.lease.finish(self.now_ns);
    }

    /// Everybody serves well for a while, so that it is known who does.
    fn serve_well(&mut self) {
        for _ in 0..100 {
            (0..5).for_each(|index| self.send(index, true));
        }
        self.pass(SECOND / 10);
    }

    fn pass(&mut self, ns: u64) {
        let end_ns = self.now_ns + ns;
        while self.now_ns < end_ns {
            self.now_ns = end_ns.min(self.now_ns + SECOND / 10);
            self.pool.tick(self.now_ns);
        }
    }

    fn is_ejected(&self, index: usize) -> bool {
        self.pool.endpoints()[index].is_ejected()
    }

    /// Fails until it is out, then waits until it is back; answers how long that took, in s.
    fn absence(&mut self, index: usize) -> u64 {
        while !self.is_ejected(index) {
            self.send(index, false);
        }
        let from_ns = self.now_ns;
        while self.is_ejected(index) {
            self.pass(SECOND);
        }
        (self.now_ns - from_ns) / SECOND
    }
}

/// Goal: five failures in a row eject, four do not, and a success begins the row anew.
/// Method: counted failures.
#[test]
fn a_row_of_failures_ejects() {
    let mut bench = Bench::new(|_| {});
    bench.serve_well();
    (0..4).for_each(|_| bench.send(0, false));
    bench.send(0, true);
    (0..4).for_each(|_| bench.send(0, false));
    assert!(!bench.is_ejected(0));
    bench.send(0, false);
    assert!(bench.is_ejected(0));
}

/// Goal: what fails everywhere ejects nobody, in whatever rows it comes; somebody who serves
/// well makes the same rows count. Method: a page that is broken on all servers or on all but
/// one, alone or among others that work; outcomes drawn with a fixed seed.
#[test]
fn a_broken_page_ejects_nobody() {
    for (part, broken_on, ejected) in
        [(1.0, 5, 0), (0.2, 5, 0), (0.5, 5, 0), (1.0, 4, 3), (0.5, 4, 3)]
    {
        let mut bench = Bench::new(|_| {});
        bench.serve_well();
        let mut page = Rng::new(3);
        for _ in 0..4000 {
            for index in 0..5 {
                let asked = page.unit() < part;
                bench.send(index, !(asked && index < broken_on));
            }
            bench.pass(SECOND / 200);
        }
        let out = (0..5).filter(|&i| bench.is_ejected(i)).count();
        assert_eq!(out, ejected, "{part} of the requests fail on {broken_on}");
    }
}

/// Goal: one visitor who asks a sticky server for a broken page, again and again, on a quiet
/// site, takes no servers out. Method: twenty failures of one after the other.
#[test]
fn nobody_else_asked_is_no_comparison() {
    let mut bench = Bench::new(|_| {});
    for index in 0..5 {
        for _ in 0..20 {
            bench.send(index, false);
            bench.pass(SECOND);
        }
    }
    assert!((0..5).all(|index| !bench.is_ejected(index)));
}

/// Goal: each ejection is twice as long, up to the longest; a long calm is forgiven.
/// Method: an endpoint that fails whenever it is back; then ten quiet minutes.
#[test]
fn back_off_grows_and_is_forgotten() {
    let mut bench = Bench::new(|spec| spec.ejection.max_ns = 6 * SECOND);
    let lengths: Vec<u64> = (0..5).map(|_| bench.absence(2)).collect();
    assert_eq!(lengths, [1, 2, 4, 6, 6]);
    bench.pass(1200 * SECOND);
    assert_eq!(bench.absence(2), 1);
}

/// Goal: on probation two failures in a row suffice, one does not, and probation ends.
/// Method: the same failures right after readmission and long after it.
#[test]
fn probation_is_short_tempered() {
    let mut bench = Bench::new(|_| {});
    bench.absence(1);
    bench.serve_well();
    bench.send(1, false);
    assert!(!bench.is_ejected(1), "one may be left over from before");
    bench.send(1, false);
    assert!(bench.is_ejected(1));
    bench.pass(600 * SECOND);
    bench.serve_well();
    (0..4).for_each(|_| bench.send(1, false));
    assert!(!bench.is_ejected(1), "probation is over");
}

/// Goal: two endpoints that fail half of their requests are both found by rate, within two
/// seconds; where all fail alike nobody is. Method: alternating outcomes, so that no row forms.
#[test]
fn rates_are_compared() {
    for (sick, ejected) in [(2, 2), (5, 0)] {
        let mut bench = Bench::new(|spec| spec.ejection.base_ns = 10 * SECOND);
        for round in 0..100 {
            for index in 0..5 {
                bench.send(index, index >= sick || round % 2 == 0);
            }
            bench.pass(SECOND / 50);
        }
        let out = (0..5).filter(|&i| bench.is_ejected(i)).count();
        assert_eq!(out, ejected, "{sick} sick ones");
    }
}

/// Goal: an endpoint is not convicted by peers that served nobody. Method: all traffic goes to
/// two that fail alike; the other three have none.
#[test]
fn idle_peers_prove_nothing() {
    let mut bench = Bench::new(|_| {});
    for round in 0..200 {
        bench.send(0, round % 2 == 0);
        bench.send(1, round % 2 == 0);
        bench.pass(SECOND / 50);
    }
    assert!(!bench.is_ejected(0) && !bench.is_ejected(1));
}

/// Goal: never more of the capacity is out than allowed, however many fail.
/// Method: all but one fail; the largest part below the cap is out.
#[test]
fn the_cap_holds() {
    let mut bench = Bench::new(|_| {});
    bench.serve_well();
    for _ in 0..20 {
        (0..5).for_each(|index| bench.send(index, index == 4));
    }
    assert_eq!((0..5).filter(|&i| bench.is_ejected(i)).count(), 3);
}

/// Goal: a clock that steps back or stands still changes nothing. Method: such ticks.
#[test]
fn a_strange_clock_is_harmless() {
    let mut bench = Bench::new(|_| {});
    bench.pass(5 * SECOND);
    bench.absence(3);
    let ejections = bench.pool.endpoints()[3].ejections();
    for now_ns in [bench.now_ns, 0, bench.now_ns - SECOND, bench.now_ns] {
        bench.pool.tick(now_ns);
    }
    assert_eq!(bench.pool.endpoints()[3].ejections(), ejections);
    assert!(!bench.is_ejected(3));
    bench.send(3, true);
}
