//! Makes the next plan from settings and the plan before it.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;

use config::{Settings, Span};

use super::{Plan, PlannedEndpoint, PlannedPool, Router, Times};
use crate::exchange::Signer;

/// Numbers the places where workers keep idle connections; an address keeps its number as long
/// as plans have it. A number is never given to another address: requests of an older plan may
/// still put a connection there.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    known: HashMap<(String, SocketAddr), usize>,
    given: usize,
}

impl Slots {
    fn slot(&mut self, pool: &str, address: SocketAddr) -> usize {
        *self.known.entry((pool.to_owned(), address)).or_insert_with(|| {
            self.given += 1;
            self.given
        })
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }

    fn forget_all_but(&mut self, pools: &[PlannedPool]) {
        let slots = pools.iter().flat_map(|pool| &pool.endpoints).map(|endpoint| endpoint.slot);
        let used: HashSet<usize> = slots.collect();
        self.known.retain(|_, slot| used.contains(slot));
    }
}

/// What a plan is made for.
pub(crate) struct Ground<'a> {
    pub(crate) workers: usize,
    pub(crate) secret: &'a [u8],
    pub(crate) now_ns: u64,
    pub(crate) seed: u64,
}

/// The plan for `settings`. Pools and endpoints of the same name keep state and counters.
pub(crate) fn build(
    settings: &Settings,
    before: Option<&Plan>,
    slots: &mut Slots,
    ground: &Ground<'_>,
) -> Plan {
    let pools: Vec<PlannedPool> = settings
        .pools
        .iter()
        .map(|(name, asked)| {
            let old = before.and_then(|plan| plan.pools.iter().find(|pool| *pool.name == **name));
            pool(name, asked, old, slots, ground)
        })
        .collect();
    slots.forget_all_but(&pools);
    let position = |name: &str| pools.iter().position(|pool| &*pool.name == name);
    let routes = settings.routes.iter().filter_map(|route| {
        // A route to no pool is refused by the configuration's own rules.
        let pool = position(&route.pool)?;
        Some((route.hosts.as_slice(), route.path_prefix.as_str(), pool))
    });
    let router = Router::new(routes);
    Plan { router, pools, trusted: settings.server.trusted_proxies.clone() }
}

fn pool(
    name: &str,
    asked: &config::Pool,
    old: Option<&PlannedPool>,
    slots: &mut Slots,
    ground: &Ground<'_>,
) -> PlannedPool {
    let spec = asked.spec();
    let core = match old {
        Some(old) => old.core.replan(spec, ground.now_ns),
        None => balance::Pool::new(spec, ground.now_ns, ground.seed),
    };
    let endpoints = asked.endpoints.iter().map(|endpoint| {
        let known = old.and_then(|old| old.endpoints.iter().find(|e| *e.name == *endpoint.name));
        PlannedEndpoint {
            name: endpoint.name.as_str().into(),
            address: endpoint.address,
            slot: slots.slot(name, endpoint.address),
            tallies: known.map_or_else(|| per_worker(ground.workers), |e| e.tallies.clone()),
        }
    });
    let affinity = asked.affinity.as_ref();
    PlannedPool {
        name: name.into(),
        core: Arc::new(core),
        endpoints: endpoints.collect(),
        signer: affinity.map(|affinity| Signer::new(ground.secret, name, &affinity.cookie(name))),
        is_soft: affinity.is_some_and(|affinity| affinity.state == config::StateName::Soft),
        times: times(asked),
        queue: old.map_or_else(Default::default, |old| Arc::clone(&old.queue)),
        tallies: old.map_or_else(|| per_worker(ground.workers), |old| old.tallies.clone()),
        settings: asked.clone(),
    }
}

fn per_worker<T: Default>(workers: usize) -> Vec<Arc<T>> {
    (0..workers).map(|_| Arc::default()).collect()
}

fn times(asked: &config::Pool) -> Times {
    let ms = |span: Span| span.0.as_millis() as u64;
    Times {
        connect_ms: ms(asked.timeouts.connect),
        response_head_ms: ms(asked.timeouts.response_head),
        response_idle_ms: ms(asked.timeouts.response_idle),
        tunnel_ms: ms(asked.timeouts.tunnel_idle),
        queue_ms: ms(asked.queue.timeout),
        request_ms: asked.timeouts.request.map_or(u64::MAX, ms),
    }
}
