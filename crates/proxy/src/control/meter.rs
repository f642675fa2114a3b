//! Measures every pool second by second: differences of counters, and states looked at each beat.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use evenness::{EndpointWindow, PoolWindow, REASONS};
use ledger::{Audience, EndpointTally, HistogramCounts, MeasuredPool, PoolTally};

use crate::fault::Fault;
use crate::plan::{Plan, PlannedEndpoint, PlannedPool};

/// A beat that comes late stands for the time since the one before it, up to this.
const BEAT_S_MAX: f64 = 1.0;
/// Sums of fractions are counted in millionths.
const MILLIONTH: f64 = 1e-6;

/// All pools' meters.
#[derive(Debug, Default)]
pub(super) struct Meters {
    pools: HashMap<Arc<str>, PoolMeter>,
    last_ns: Option<u64>,
}

#[derive(Debug, Default)]
struct PoolMeter {
    before: PoolCounts,
    endpoints: HashMap<Arc<str>, EndpointMeter>,
    length_s: f64,
}

#[derive(Debug, Default)]
struct EndpointMeter {
    /// The first of the counters that it follows. An endpoint that is removed and added again
    /// counts from 0 in others.
    counters: Option<Arc<EndpointTally>>,
    before: EndpointCounts,
    /// What was looked at in this second.
    looked: EndpointWindow,
}

impl Meters {
    /// Looks at states once; between two looks nothing is taken to change.
    pub(super) fn beat(&mut self, plan: &Plan, now_ns: u64) {
        let since_ns = now_ns.saturating_sub(self.last_ns.replace(now_ns).unwrap_or(now_ns));
        let since_s = (since_ns as f64 / 1e9).min(BEAT_S_MAX);
        self.pools.retain(|name, _| plan.pools.iter().any(|pool| pool.name == *name));
        for pool in &plan.pools {
            let meter = self.pools.entry(Arc::clone(&pool.name)).or_insert_with(|| PoolMeter {
                before: PoolCounts::of(pool),
                ..PoolMeter::default()
            });
            meter.beat(pool, since_s);
        }
    }

    /// What every pool did since the last time.
    pub(super) fn second(
        &mut self,
        plan: &Plan,
        mut heard: Vec<(Arc<str>, Audience)>,
        at_s: u64,
    ) -> Vec<MeasuredPool> {
        let mut take = |pool: &PlannedPool| {
            let audience = heard.iter_mut().find(|(name, _)| *name == pool.name);
            let meter = self.pools.get_mut(&pool.name)?;
            let size = f64::from(pool.settings.queue.size.max(1));
            let asked = pool.endpoints.iter().zip(&pool.core.spec().endpoints);
            Some(MeasuredPool {
                name: Arc::clone(&pool.name),
                window: meter.take(pool, at_s),
                audience: audience.map(|(_, own)| std::mem::take(own)).unwrap_or_default(),
                is_weighted: matches!(
                    pool.settings.policy,
                    config::PolicyName::RoundRobin | config::PolicyName::Random
                ),
                objective: pool.settings.slo.clone(),
                queue: f64::from(pool.queue.waiting()) / size,
                asked: asked
                    .map(|(planned, asked)| {
                        (Arc::clone(&planned.name), asked.capacity * asked.weight)
                    })
                    .collect(),
            })
        };
        plan.pools.iter().filter_map(&mut take).collect()
    }
}

impl PoolMeter {
    fn beat(&mut self, pool: &PlannedPool, since_s: f64) {
        self.length_s += since_s;
        self.endpoints.retain(|name, _| pool.endpoints.iter().any(|e| e.name == *name));
        let states = pool.core.endpoints().iter().zip(&pool.core.spec().endpoints);
        for (planned, (state, asked)) in pool.endpoints.iter().zip(states) {
            let known = self.endpoints.get(&planned.name);
            if !known.is_some_and(|meter| meter.follows(planned)) {
                let meter = EndpointMeter::begin(planned, known.is_none());
                self.endpoints.insert(Arc::clone(&planned.name), meter);
            }
            let Some(meter) = self.endpoints.get_mut(&planned.name) else { continue };
            // Who drains or has no weight is to carry nothing: none of it is missing.
            let built = if asked.drain || asked.weight <= 0.0 { 0.0 } else { asked.capacity };
            let looked = &mut meter.looked;
            looked.present_s += state.present() * since_s;
            looked.capacity_s += built * since_s;
            looked.usable_s += if state.is_eligible() { built * since_s } else { 0.0 };
        }
    }

    fn take(&mut self, pool: &PlannedPool, at_s: u64) -> PoolWindow {
        let now = PoolCounts::of(pool);
        let before = std::mem::replace(&mut self.before, now.clone());
        let length_s = std::mem::take(&mut self.length_s);
        // Shares change with a reload or an endpoint's health: once a second is often enough.
        let shares = pool.intended_shares();
        let mut endpoints: Vec<(Arc<str>, EndpointWindow)> = pool
            .endpoints
            .iter()
            .zip(shares)
            .filter_map(|(planned, share)| {
                let mut window = self.endpoints.get_mut(&planned.name)?.take(planned);
                window.effective_s = share * length_s;
                Some((Arc::clone(&planned.name), window))
            })
            .collect();
        endpoints.sort_by(|a, b| a.0.cmp(&b.0));
        PoolWindow {
            from_s: at_s,
            length_s,
            requests: now.requests - before.requests,
            asked_again: 0,
            retries: now.retries - before.retries,
            retries_refused: now.retries_refused - before.retries_refused,
            own_errors: now.own_errors - before.own_errors,
            waited: now.waited - before.waited,
            clients: evenness::Clients::default(),
            turnout: Box::default(),
            endpoints,
        }
    }
}

impl EndpointMeter {
    /// Of what an endpoint that was never seen has counted already, all is new.
    fn begin(planned: &PlannedEndpoint, is_new: bool) -> Self {
        let before = if is_new { EndpointCounts::default() } else { EndpointCounts::of(planned) };
        let counters = planned.tallies.first().cloned();
        EndpointMeter { counters, before, looked: EndpointWindow::default() }
    }

    fn follows(&self, planned: &PlannedEndpoint) -> bool {
        let both = self.counters.as_ref().zip(planned.tallies.first());
        both.is_some_and(|(known, now)| Arc::ptr_eq(known, now))
    }

    fn take(&mut self, planned: &PlannedEndpoint) -> EndpointWindow {
        let now = EndpointCounts::of(planned);
        let before = std::mem::replace(&mut self.before, now.clone());
        let latencies = now.latency.since(&before.latency);
        let reasons = now.picks.iter().zip(before.picks);
        let statuses = now.statuses.iter().zip(before.statuses);
        let mut window = std::mem::take(&mut self.looked);
        window.attempts = now.attempts - before.attempts;
        window.retries = now.retries - before.retries;
        window.bindings = now.bindings - before.bindings;
        window.claims = now.claims - before.claims;
        window.failures = now.failures - before.failures;
        window.propensity = (now.propensity - before.propensity) as f64 * MILLIONTH;
        window.surprise = (now.surprise - before.surprise) as f64 * MILLIONTH;
        window.picks.iter_mut().zip(reasons).for_each(|(own, (now, then))| *own = now - then);
        window.statuses.iter_mut().zip(statuses).for_each(|(own, (now, then))| *own = now - then);
        window.cost_s = latencies.sum_s();
        window.latencies = latencies.coarse();
        window
    }
}

/// A pool's counters at one moment, of all workers.
#[derive(Clone, Debug, Default)]
struct PoolCounts {
    requests: u64,
    retries: u64,
    retries_refused: u64,
    own_errors: u64,
    waited: u64,
}

impl PoolCounts {
    fn of(pool: &PlannedPool) -> Self {
        let sum = |counter: &dyn Fn(&PoolTally) -> &AtomicU64| -> u64 {
            pool.tallies.iter().map(|tally| counter(tally).load(Relaxed)).sum()
        };
        // A client that leaves gets no answer, and none was refused it.
        let answered = Fault::ALL.iter().filter(|fault| **fault != Fault::ClientGone);
        PoolCounts {
            requests: sum(&|tally| &tally.requests),
            retries: sum(&|tally| &tally.retries),
            retries_refused: sum(&|tally| &tally.retries_refused),
            own_errors: answered.map(|fault| sum(&|tally| &tally.errors[fault.index()])).sum(),
            waited: sum(&|tally| &tally.queue_waited) + sum(&|tally| &tally.held),
        }
    }
}

/// An endpoint's counters at one moment, of all workers.
#[derive(Clone, Debug, Default)]
struct EndpointCounts {
    attempts: u64,
    retries: u64,
    bindings: u64,
    claims: u64,
    failures: u64,
    propensity: u64,
    surprise: u64,
    picks: [u64; REASONS],
    statuses: [u64; 5],
    latency: HistogramCounts,
}

impl EndpointCounts {
    fn of(endpoint: &PlannedEndpoint) -> Self {
        let sum = |counter: &dyn Fn(&EndpointTally) -> &AtomicU64| -> u64 {
            endpoint.tallies.iter().map(|tally| counter(tally).load(Relaxed)).sum()
        };
        EndpointCounts {
            attempts: sum(&|tally| &tally.requests),
            retries: sum(&|tally| &tally.retries),
            bindings: sum(&|tally| &tally.bindings),
            claims: sum(&|tally| &tally.claims),
            failures: sum(&|tally| &tally.failures),
            propensity: sum(&|tally| &tally.propensity),
            surprise: sum(&|tally| &tally.surprise),
            picks: std::array::from_fn(|reason| sum(&|tally| &tally.picks[reason])),
            statuses: std::array::from_fn(|class| sum(&|tally| &tally.statuses[class])),
            latency: super::totals(endpoint).1,
        }
    }
}
