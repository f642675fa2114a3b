//! The real pool.

use std::sync::Arc;

use balance::{Ask, Claims, Pool, PoolSpec, Refusal, Rng, endpoint_id};

use super::{Cookie, Decider, Decision, Question};
use crate::SECOND;
use crate::change::Change;
use crate::report::Learned;
use crate::server::Server;
use crate::witness::Standing;

/// Cookies count seconds of the Unix epoch; any start will do.
const EPOCH_S: u32 = 1_000_000;

pub(crate) struct Ours {
    pool: Arc<Pool>,
    rng: Rng,
}

impl Ours {
    pub(crate) fn new(spec: PoolSpec, seed: u64) -> Self {
        let pool = Arc::new(Pool::new(spec, 1, seed));
        Ours { pool, rng: Rng::new(seed ^ 0xd1ce) }
    }
}

fn now_s(now_ns: u64) -> u32 {
    EPOCH_S + (now_ns / SECOND) as u32
}

impl Decider for Ours {
    fn pick(&mut self, question: &Question<'_>) -> Decision {
        let session = question.cookie.and_then(|cookie| match cookie {
            Cookie::Claims(claims) => Some(claims),
            Cookie::Server(_) => None,
        });
        let key = question.address.to_be_bytes();
        let ask = Ask {
            key: Some(&key),
            session,
            tried: question.tried,
            since_ns: question.since_ns,
            again: question.since_ns.is_some(),
            may_wait: question.tried.is_empty(),
            now_ns: question.now_ns,
            now_s: now_s(question.now_ns),
        };
        match self.pool.pick(&ask, &mut self.rng) {
            Ok(pick) => Decision::Place {
                server: pick.lease.index(),
                lease: Some(pick.lease),
                cookie: pick.bind.map(Cookie::Claims),
            },
            Err(Refusal::Held(hold)) => Decision::Hold(hold),
            Err(Refusal::Full) => Decision::Wait,
            Err(Refusal::Nobody) => Decision::Refuse,
        }
    }

    fn may_retry(&mut self) -> bool {
        self.pool.may_retry()
    }

    fn learned(&self) -> Option<Learned> {
        let endpoints = self.pool.endpoints();
        Some(Learned {
            speeds: endpoints.iter().map(|endpoint| endpoint.speed()).collect(),
            slots: endpoints.iter().map(|endpoint| endpoint.slots()).collect(),
        })
    }

    fn standing(&self, servers: usize) -> Vec<Standing> {
        let endpoints = self.pool.endpoints().iter().take(servers).enumerate();
        let asked = &self.pool.spec().endpoints;
        let standing = |(i, endpoint): (usize, &Arc<balance::Endpoint>)| Standing {
            usable: endpoint.is_eligible() && !asked[i].drain && asked[i].weight > 0.0,
            intended: self.pool.intended_share(i),
        };
        endpoints.map(standing).collect()
    }

    fn tick(&mut self, _servers: &[Server], now_ns: u64) {
        self.pool.tick(now_ns);
    }

    fn change(&mut self, change: &Change, now_ns: u64) {
        match change {
            Change::Weights(weights) => {
                let mut spec = self.pool.spec().clone();
                for (endpoint, &weight) in spec.endpoints.iter_mut().zip(weights) {
                    endpoint.weight = weight;
                }
                self.pool = Arc::new(self.pool.replan(spec, now_ns));
            }
            Change::Reload => {
                let spec = self.pool.spec().clone();
                self.pool = Arc::new(self.pool.replan(spec, now_ns));
            }
            Change::Probe { server, down } => {
                let name = self.pool.endpoints()[*server].name().to_owned();
                self.pool.set_down(&name, *down, now_ns);
            }
            Change::Mode { .. }
            | Change::Slowness { .. }
            | Change::Stick { .. }
            | Change::Limit(_) => {}
        }
    }

    fn cookie_for(&self, server: usize, session: u64, now_ns: u64) -> Option<Cookie> {
        let affinity = self.pool.spec().affinity.as_ref()?;
        let bound_at_s = now_s(now_ns);
        Some(Cookie::Claims(Claims {
            endpoint: endpoint_id(self.pool.endpoints()[server].name()),
            home: None,
            session,
            bound_at_s,
            expires_at_s: bound_at_s + affinity.ttl_s,
            epoch: affinity.epoch,
        }))
    }
}
