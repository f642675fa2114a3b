//! A pool that has learned, and questions to it.

use std::sync::Arc;

use balance::{AffinitySpec, Ask, Claims, Hold, Outcome, Pick, Pool, PoolSpec, Refusal, Rng};

use super::{SECOND, sticky};

/// The time of every question, in seconds of the Unix epoch.
pub const NOW_S: u32 = 1000;
/// One millisecond of the callers' clock.
pub const MS: u64 = 1_000_000;
/// What every service takes.
pub const SERVICE: u64 = 20 * MS;

/// Three endpoints of four slots, whose service time is known.
pub struct Desk {
    pub pool: Arc<Pool>,
    pub rng: Rng,
    pub now_ns: u64,
}

impl Desk {
    /// Nothing is known of the endpoints.
    pub fn ignorant(spec: PoolSpec) -> Self {
        Desk { pool: Arc::new(Pool::new(spec, 1, 1)), rng: Rng::new(1), now_ns: 1 }
    }

    /// Four slots each, as was seen.
    pub fn new(spec: PoolSpec) -> Self {
        let mut desk = Desk::ignorant(spec);
        desk.learn();
        desk
    }

    /// The same with sessions, which may move as often as they like.
    pub fn sticky(change: impl FnOnce(&mut AffinitySpec)) -> Self {
        let mut spec = sticky(3, 4.0);
        if let Some(affinity) = &mut spec.affinity {
            affinity.move_ratio = 1.0;
            change(affinity);
        }
        Desk::new(spec)
    }

    /// Serves strangers until slots and service time are known: up to six at each endpoint, four
    /// at once, in their order.
    pub fn learn(&mut self) {
        let mut present: Vec<Vec<(u64, Pick)>> = (0..3).map(|_| Vec::new()).collect();
        for round in 0..600u32 {
            while present.iter().map(Vec::len).sum::<usize>() < 3 * (1 + round as usize % 6) {
                let ask = Ask { now_ns: self.now_ns, now_s: NOW_S, ..Ask::default() };
                let pick = self.pool.pick(&ask, &mut self.rng);
                let pick = pick.unwrap_or_else(|refusal| panic!("it may not wait: {refusal:?}"));
                present[pick.lease.index()].push((self.now_ns, pick));
            }
            self.pass(SERVICE);
            for picks in &mut present {
                let served = picks.len().min(4);
                for (sent_ns, pick) in &picks[..served] {
                    let first_byte_ns = self.now_ns - sent_ns;
                    pick.lease.judge(Outcome::Success { first_byte_ns }, self.now_ns);
                }
                picks.drain(..served);
            }
        }
        present.clear();
        self.pass(20 * SECOND / 1000);
    }

    pub fn pass(&mut self, ns: u64) {
        self.now_ns += ns;
        self.pool.tick(self.now_ns);
    }

    pub fn fresh(&mut self) -> Pick {
        self.ask(None, None).unwrap_or_else(|refusal| panic!("nobody is limited: {refusal:?}"))
    }

    /// A new session and its endpoint; its first request has ended.
    pub fn bound(&mut self) -> (Claims, usize) {
        let pick = self.fresh();
        let Some(claims) = pick.bind else { panic!("a first request binds") };
        (claims, pick.lease.index())
    }

    pub fn ask(&mut self, session: Option<Claims>, since_ns: Option<u64>) -> Result<Pick, Refusal> {
        let ask = Ask {
            session,
            since_ns,
            again: since_ns.is_some(),
            may_wait: true,
            now_ns: self.now_ns,
            now_s: NOW_S,
            ..Ask::default()
        };
        self.pool.pick(&ask, &mut self.rng)
    }

    pub fn held(&mut self, session: Claims, since_ns: Option<u64>) -> Hold {
        match self.ask(Some(session), since_ns) {
            Err(Refusal::Held(hold)) => hold,
            other => panic!("it is not held: {other:?}"),
        }
    }

    /// A light session, and its endpoint with a queue of other sessions' requests.
    pub fn queue(&mut self) -> (Claims, usize, Vec<Pick>) {
        let (claims, index) = self.bound();
        let mut queue = Vec::new();
        for session in 1.. {
            match self.ask(Some(Claims { session, ..claims }), None) {
                Ok(pick) => queue.push(pick),
                Err(Refusal::Held(_)) => break,
                Err(refusal) => panic!("{refusal:?}"),
            }
        }
        assert_eq!(queue.len(), 4, "in flight at four slots");
        (claims, index, queue)
    }

    /// The `n`th stranger's request, at one of the endpoints besides `index`.
    pub fn elsewhere(&mut self, index: usize, n: u64) -> Pick {
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

    pub fn counted(&self) -> u32 {
        self.pool.endpoints().iter().map(|endpoint| endpoint.held()).sum()
    }
}
