//! A session whose endpoint has a queue waits at the balancer: kept, moved or a guest, in time.
#![cfg(not(miri))]

mod pools;

use std::sync::Arc;

use balance::{Ask, Claims, Hold, Outcome, Pick, Pool, PoolSpec, Reason, Refusal, Rng};
use pools::SECOND;

const NOW_S: u32 = 1000;
const MS: u64 = 1_000_000;
/// What every service takes.
const SERVICE: u64 = 20 * MS;

/// Three endpoints of four slots, whose service time is known.
struct Desk {
    pool: Arc<Pool>,
    rng: Rng,
    now_ns: u64,
}

impl Desk {
    fn new(change: impl FnOnce(&mut PoolSpec)) -> Self {
        let mut spec = pools::sticky(3, 4.0);
        spec.affinity.iter_mut().for_each(|affinity| affinity.move_ratio = 1.0);
        change(&mut spec);
        let pool = Arc::new(Pool::new(spec, 1, 1));
        let mut desk = Desk { pool, rng: Rng::new(1), now_ns: 1 };
        desk.learn();
        desk
    }

    /// Serves strangers until slots and service time are known: up to six at each endpoint, four
    /// at once, in their order.
    fn learn(&mut self) {
        let mut present: Vec<Vec<Pick>> = (0..3).map(|_| Vec::new()).collect();
        for round in 0..600u32 {
            while present.iter().map(Vec::len).sum::<usize>() < 3 * (1 + round as usize % 6) {
                let pick = self.fresh();
                present[pick.lease.index()].push(pick);
            }
            self.pass(SERVICE);
            for picks in &mut present {
                let served = picks.len().min(4);
                for pick in &picks[..served] {
                    pick.lease.judge(Outcome::Success { first_byte_ns: SERVICE }, self.now_ns);
                }
                picks.drain(..served);
            }
        }
        present.clear();
        self.pass(20 * SECOND / 1000);
    }

    fn pass(&mut self, ns: u64) {
        self.now_ns += ns;
        self.pool.tick(self.now_ns);
    }

    fn fresh(&mut self) -> Pick {
        self.ask(None, None).unwrap_or_else(|refusal| panic!("nobody is limited: {refusal:?}"))
    }

    /// A new session and its endpoint; its first request has ended.
    fn bound(&mut self) -> (Claims, usize) {
        let pick = self.fresh();
        let Some(claims) = pick.bind else { panic!("a first request binds") };
        (claims, pick.lease.index())
    }

    fn ask(&mut self, session: Option<Claims>, since_ns: Option<u64>) -> Result<Pick, Refusal> {
        let ask = Ask {
            session,
            since_ns,
            may_wait: true,
            now_ns: self.now_ns,
            now_s: NOW_S,
            ..Ask::default()
        };
        self.pool.pick(&ask, &mut self.rng)
    }

    fn held(&mut self, session: Claims, since_ns: Option<u64>) -> Hold {
        match self.ask(Some(session), since_ns) {
            Err(Refusal::Held(hold)) => hold,
            other => panic!("it is not held: {other:?}"),
        }
    }

    /// A light session, and its endpoint with a queue of other sessions' requests.
    fn queue(&mut self) -> (Claims, usize, Vec<Pick>) {
        let (claims, index) = self.bound();
        let mut queue = Vec::new();
        for session in 1.. {
            match self.ask(Some(Claims { session, ..claims }), None) {
                Ok(pick) => queue.push(pick),
                Err(Refusal::Held(_)) => break,
                Err(refusal) => panic!("{refusal:?}"),
            }
        }
        assert!((5..=7).contains(&queue.len()), "{} in flight at four slots", queue.len());
        (claims, index, queue)
    }

    /// The `n`th stranger's request, at one of the endpoints besides `index`.
    fn elsewhere(&mut self, index: usize, n: u64) -> Pick {
        let endpoint = self.pool.endpoints()[(index + 1 + n as usize % 2) % 3].id();
        let times = (NOW_S, NOW_S + 3600);
        let claims = Claims {
            endpoint,
            home: None,
            session: 1000 + n,
            bound_at_s: times.0,
            expires_at_s: times.1,
            epoch: 0,
        };
        let pick = self.ask(Some(claims), None);
        pick.unwrap_or_else(|refusal| panic!("it has room: {refusal:?}"))
    }

    fn counted(&self) -> u32 {
        self.pool.endpoints().iter().map(|endpoint| endpoint.held()).sum()
    }
}

/// Goal: who is held gets the next place of its own endpoint, before newcomers, and the count of
/// the held returns to zero. Method: a queue, one of its requests ended.
#[test]
fn a_place_at_home_ends_the_wait() {
    let mut desk = Desk::new(|_| {});
    let (claims, index, mut queue) = desk.queue();
    let asked_ns = desk.now_ns;
    let hold = desk.held(claims, None);
    assert_eq!((hold.endpoint(), hold.anywhere(), desk.counted()), (claims.endpoint, false, 1));
    assert!(hold.until_ns() > asked_ns && hold.until_ns() <= asked_ns + 2 * SERVICE);
    queue.truncate(4);
    let newcomer = Claims { session: 99, ..claims };
    drop(desk.held(newcomer, None));
    drop(hold);
    desk.pass(MS);
    let pick = desk.ask(Some(claims), Some(asked_ns)).expect("a place is free");
    assert_eq!((pick.lease.index(), pick.reason, pick.bind), (index, Reason::AffinityKept, None));
    assert_eq!(desk.counted(), 0);
}

/// Goal: a light session that has waited for long is bound where there is room.
/// Method: a queue that does not move; the same request asks again and again.
#[test]
fn a_long_wait_ends_elsewhere() {
    let mut desk = Desk::new(|_| {});
    let (claims, index, _queue) = desk.queue();
    let asked_ns = desk.now_ns;
    let mut hold = desk.held(claims, None);
    let moved = loop {
        let wait_ns = hold.until_ns() - desk.now_ns;
        drop(hold);
        desk.pass(wait_ns);
        match desk.ask(Some(claims), Some(asked_ns)) {
            Err(Refusal::Held(again)) => hold = again,
            other => break other.expect("it goes elsewhere"),
        }
        assert!(desk.now_ns < asked_ns + 2 * SERVICE, "it still waits");
    };
    assert_eq!((moved.reason, moved.left), (Reason::AffinityMoved, Some(index)));
    let bind = moved.bind.expect("it is bound there");
    assert_eq!((bind.session, bind.home), (claims.session, None));
}

/// Goal: a session that sends as much as an endpoint should carry is not bound elsewhere: it is a
/// guest, after the longest wait, and goes home when there is room; both ways it is the same
/// session, bound since the same second.
/// Method: the session fills its endpoint by itself, and the others have what is their due.
#[test]
fn a_heavy_session_is_a_guest_until_there_is_room() {
    let mut desk = Desk::new(|_| {});
    let (claims, index) = desk.bound();
    let mut own: Vec<Pick> = Vec::new();
    // Half a minute of three requests at each endpoint; here all are the session's.
    for _ in 0..1500 {
        let mut others: Vec<Pick> = (0..6).map(|n| desk.elsewhere(index, n)).collect();
        own.extend((0..3).map(|_| desk.ask(Some(claims), None).expect("three are no queue")));
        desk.pass(SERVICE);
        for pick in own.drain(..).chain(others.drain(..)) {
            pick.lease.judge(Outcome::Success { first_byte_ns: SERVICE }, desk.now_ns);
        }
    }
    let asked_ns = loop {
        match desk.ask(Some(claims), None) {
            Ok(pick) => own.push(pick),
            Err(Refusal::Held(_)) => break desk.now_ns,
            Err(refusal) => panic!("{refusal:?}"),
        }
    };
    let mut waited = Vec::new();
    let guest = loop {
        match desk.ask(Some(claims), Some(asked_ns)) {
            Err(Refusal::Held(hold)) => {
                waited.push(hold.anywhere());
                let wait_ns = hold.until_ns() - desk.now_ns;
                drop(hold);
                desk.pass(wait_ns);
            }
            other => break other.expect("it goes elsewhere"),
        }
    };
    assert_eq!(waited, [false, true], "first for its own endpoint, then for any");
    let visit = guest.bind.expect("its cookie says where it is");
    let home = Some(claims.endpoint);
    assert_eq!((guest.reason, guest.left), (Reason::AffinityMoved, Some(index)));
    assert_eq!(visit, Claims { endpoint: guest.lease.endpoint().id(), home, ..claims });

    let stays = desk.ask(Some(visit), None).expect("the host has room");
    assert_eq!((stays.lease.index(), stays.bind), (guest.lease.index(), None), "still a queue");
    own.clear();
    let back = desk.ask(Some(visit), None).expect("home is free");
    assert_eq!((back.lease.index(), back.bind), (index, Some(claims)));
    assert_eq!((back.reason, back.left), (Reason::AffinityMoved, Some(guest.lease.index())));
}

/// Goal: nobody is held for long whatever the services take, where nobody knows how long they
/// take, or where the caller has no room for it. Method: each of the three.
#[test]
fn holding_has_limits() {
    let mut desk = Desk::new(|spec| spec.affinity.iter_mut().for_each(|a| a.move_ratio = 0.0));
    let (claims, index, _queue) = desk.queue();
    let ask = Ask { session: Some(claims), now_ns: desk.now_ns, now_s: NOW_S, ..Ask::default() };
    let pick = desk.pool.pick(&ask, &mut desk.rng).expect("it queues there");
    assert_eq!(pick.lease.index(), index, "no budget: it stays");
    drop(pick);
    let late_ns = desk.now_ns - 250 * MS;
    let pick = desk.ask(Some(claims), Some(late_ns)).expect("it was held long enough");
    assert_eq!(pick.lease.index(), index);

    let pool = Arc::new(Pool::new(pools::sticky(3, 4.0), 1, 1));
    let mut desk = Desk { pool, rng: Rng::new(1), now_ns: 1 };
    let (claims, _) = desk.bound();
    let stays = (0..50).map(|_| desk.ask(Some(claims), None)).collect::<Result<Vec<_>, _>>();
    assert_eq!(stays.map(|picks| picks.len()).ok(), Some(50), "nothing is known yet");
}
