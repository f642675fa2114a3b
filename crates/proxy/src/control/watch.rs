//! Tells the log what has changed: states compared once a second, never on a request's way.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use balance::Endpoint;
use ledger::{AccessLog, BACK, EventKind, PoolTally};

use super::events::Events;
use crate::fault::Fault;
use crate::plan::{Plan, PlannedPool};

/// Seconds without a further event after which the next one begins a new episode.
const QUIET_S: u32 = 10;

/// What was seen the last time.
#[derive(Debug)]
pub(super) struct Watch {
    events: Events,
    pools: HashMap<String, PoolSeen>,
    lines_lost: Episode,
}

#[derive(Debug, Default)]
struct PoolSeen {
    panic: bool,
    queue_full: Episode,
    budget_spent: Episode,
    no_resources: Episode,
    endpoints: HashMap<String, EndpointSeen>,
}

#[derive(Debug, Default)]
struct EndpointSeen {
    ejections: u64,
    ejected: bool,
}

/// Events of one kind that follow each other: they are worth one line, however many they are.
#[derive(Debug, Default)]
struct Episode {
    count: u64,
    quiet_s: u32,
    lasts: bool,
}

impl Watch {
    /// It has seen nothing, and tells what happens to `events`, too.
    pub(super) fn new(events: Events) -> Self {
        Watch { events, pools: HashMap::new(), lines_lost: Episode::default() }
    }

    /// Looks once; a second later again.
    pub(super) fn look(&mut self, plan: &Plan, log: Option<&AccessLog>) {
        if log.is_some_and(|log| self.lines_lost.begins(log.status().dropped)) {
            tracing::error!("access log: lines are being lost, the disk is full or too slow");
        }
        for pool in &plan.pools {
            if !self.pools.contains_key(&*pool.name) {
                self.pools.insert(pool.name.to_string(), PoolSeen::default());
            }
            if let Some(seen) = self.pools.get_mut(&*pool.name) {
                seen.look(pool, &self.events);
            }
        }
        self.pools.retain(|name, _| plan.pools.iter().any(|pool| *pool.name == **name));
    }
}

impl PoolSeen {
    fn look(&mut self, pool: &PlannedPool, events: &Events) {
        let name = &pool.name;
        for endpoint in pool.core.endpoints() {
            if !self.endpoints.contains_key(endpoint.name()) {
                self.endpoints.insert(endpoint.name().to_owned(), EndpointSeen::default());
            }
            if let Some(seen) = self.endpoints.get_mut(endpoint.name()) {
                seen.look(name, endpoint, events);
            }
        }
        self.endpoints.retain(|name, _| pool.core.endpoints().iter().any(|e| e.name() == name));
        let sum = |counter: &dyn Fn(&PoolTally) -> &AtomicU64| -> u64 {
            pool.tallies.iter().map(|tally| counter(tally).load(Relaxed)).sum()
        };
        if self.no_resources.begins(sum(&|tally| &tally.errors[Fault::NoResources.index()])) {
            tracing::error!(
                pool = %name,
                "no file descriptor, port or memory left to connect with: raise the limits"
            );
        }
        if self.queue_full.begins(sum(&|tally| &tally.errors[Fault::QueueFull.index()])) {
            tracing::warn!(pool = %name, "queue full: requests are answered with 503");
        }
        if self.budget_spent.begins(sum(&|tally| &tally.retries_refused)) {
            tracing::warn!(pool = %name, "retry budget spent: failed requests are not repeated");
        }
        let panic = pool.is_panicking();
        if std::mem::replace(&mut self.panic, panic) != panic {
            let what = if panic { "unhealthy endpoints are used" } else { "panic is over" };
            events.note(EventKind::Panic, name, "", what);
            match panic {
                true => tracing::error!(pool = %name, "panic: unhealthy endpoints are used"),
                false => tracing::info!(pool = %name, "panic is over"),
            }
        }
    }
}

impl EndpointSeen {
    fn look(&mut self, pool: &str, endpoint: &Endpoint, events: &Events) {
        let (ejections, ejected) = (endpoint.ejections(), endpoint.is_ejected());
        let name = endpoint.name();
        if ejections > self.ejections {
            tracing::warn!(%pool, endpoint = %name, "ejected: its requests fail");
            events.note(EventKind::Ejection, pool, name, &format!("{name} is ejected: it fails"));
            self.ejected = true;
        }
        if self.ejected && !ejected {
            tracing::info!(%pool, endpoint = %name, "back after an ejection");
            let what = format!("{name} {BACK}");
            events.note(EventKind::Ejection, pool, name, &what);
        }
        *self = EndpointSeen { ejections, ejected };
    }
}

impl Episode {
    /// Takes the count of this second; true when it rises after a rest.
    fn begins(&mut self, count: u64) -> bool {
        let rises = count > self.count;
        self.count = count;
        self.quiet_s = if rises { 0 } else { self.quiet_s.saturating_add(1) };
        let lasted = self.lasts;
        self.lasts = rises || (lasted && self.quiet_s < QUIET_S);
        rises && !lasted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: one line per episode. Method: bursts with a short and with a long rest.
    #[test]
    fn an_episode_is_told_once() {
        let mut episode = Episode::default();
        let mut told = |counts: &[u64]| counts.iter().filter(|&&n| episode.begins(n)).count();
        assert_eq!(told(&[0, 0, 0]), 0);
        assert_eq!(told(&[1, 2, 2, 2, 3, 3]), 1, "a short rest");
        assert_eq!(told(&[3; QUIET_S as usize]), 0);
        assert_eq!(told(&[4, 5]), 1, "after a long one");
    }
}
