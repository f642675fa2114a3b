//! What the balancer shows of itself: one status made from counters, pools, probes and windows.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{SystemTime, UNIX_EPOCH};

use balance::{Endpoint, ProbeState, Reason};
use ledger::{
    ConfigStatus, ConnectionStatus, EndpointStatus, EndpointTally, PoolStatus, Status, tally,
};

use super::start::{Inner, Server, needs_restart};
use crate::control::EndpointWindow;
use crate::fault::Fault;
use crate::plan::{PlannedEndpoint, PlannedPool};

impl Server {
    /// Everything at this moment.
    pub fn status(&self) -> Status {
        let inner = &*self.inner;
        let plan = inner.shared.plan.load_full();
        let sum = |counter: &dyn Fn(&ledger::WorkerTally) -> &AtomicU64| {
            inner.tallies.iter().map(|tally| counter(tally).load(Relaxed)).sum()
        };
        Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: epoch_s(inner.started_at),
            uptime_s: inner.started_at.elapsed().map_or(0.0, |since| since.as_secs_f64()),
            workers: inner.workers.len(),
            ready: inner.ready.load(Relaxed),
            config: inner.config_status(),
            connections: ConnectionStatus {
                open: u64::from(inner.shared.admission.open()),
                max: u64::from(inner.shared.admission.most()),
                accepted: sum(&|tally| &tally.accepted),
                refused: sum(&|tally| &tally.refused),
                tunnels: u64::from(inner.shared.tunnels.load(Relaxed)),
            },
            access_log: inner.shared.log.as_ref().map(ledger::AccessLog::status),
            refused: errors(inner.tallies.iter().map(|tally| &tally.errors)),
            pools: plan.pools.iter().map(|pool| inner.pool_status(pool)).collect(),
        }
    }
}

impl Inner {
    fn config_status(&self) -> ConfigStatus {
        let state = self.state();
        ConfigStatus {
            path: state.loaded.path.display().to_string(),
            digest: state.loaded.digest.clone(),
            revision: state.revision,
            loaded_at: epoch_s(state.loaded_at),
            reloads_failed: state.reloads_failed,
            last_error: state.last_error.clone(),
            restart_needed: needs_restart(&self.began_with, &state.loaded),
        }
    }

    fn pool_status(&self, pool: &PlannedPool) -> PoolStatus {
        let sum = |counter: &dyn Fn(&ledger::PoolTally) -> &AtomicU64| {
            pool.tallies.iter().map(|tally| counter(tally).load(Relaxed)).sum()
        };
        let windows: Vec<EndpointWindow> = pool
            .endpoints
            .iter()
            .map(|endpoint| self.control.windows.window(&pool.name, &endpoint.name))
            .collect();
        let recent: u64 = windows.iter().map(EndpointWindow::requests).sum();
        let total: u64 = pool.endpoints.iter().map(attempts).sum();
        let mut endpoints: Vec<EndpointStatus> = (0..pool.endpoints.len())
            .map(|index| self.endpoint_status(pool, index, &windows[index], (total, recent)))
            .collect();
        let shown = endpoints.iter_mut().zip(pool.intended_shares());
        shown.for_each(|(endpoint, share)| endpoint.intended_share = share);
        endpoints.extend(pool.core.departed().iter().filter(|e| e.in_flight() > 0).map(departed));
        let held_now = endpoints.iter().map(|endpoint| endpoint.held).sum();
        PoolStatus {
            name: pool.name.to_string(),
            policy: pool.settings.policy.as_str().to_owned(),
            requests: sum(&|tally| &tally.requests),
            errors: errors(pool.tallies.iter().map(|tally| &tally.errors)),
            retries: sum(&|tally| &tally.retries),
            retries_refused: sum(&|tally| &tally.retries_refused),
            queue_waiting: u64::from(pool.queue.waiting()).saturating_sub(held_now),
            queue_waited: sum(&|tally| &tally.queue_waited),
            held: sum(&|tally| &tally.held),
            panic: pool.is_panicking(),
            unmovable: pool.core.unmovable(),
            endpoints,
        }
    }

    fn endpoint_status(
        &self,
        pool: &PlannedPool,
        index: usize,
        window: &EndpointWindow,
        (total, recent): (u64, u64),
    ) -> EndpointStatus {
        let planned = &pool.endpoints[index];
        let state = &pool.core.endpoints()[index];
        let asked = &pool.core.spec().endpoints[index];
        let gate = self.control.gates.state(&pool.name, &planned.name);
        let sum = |counter: &dyn Fn(&EndpointTally) -> &AtomicU64| -> u64 {
            planned.tallies.iter().map(|tally| counter(tally).load(Relaxed)).sum()
        };
        let (_, latency) = crate::control::totals(planned);
        let requests = attempts(planned);
        let picks = Reason::ALL
            .iter()
            .map(|reason| (reason.name().to_owned(), sum(&|tally| &tally.picks[reason.index()])));
        EndpointStatus {
            name: planned.name.to_string(),
            address: planned.address.to_string(),
            state: state_name(state, asked.drain).to_owned(),
            probe: probe_name(gate.map(|(state, _)| state)).to_owned(),
            capacity: asked.capacity,
            weight: asked.weight,
            speed: state.speed(),
            in_flight: u64::from(state.in_flight()),
            held: u64::from(state.held()),
            pressure: state.present() / asked.capacity,
            pressure_10s: window.pressure(),
            // It follows from the shares of all: the pool fills it in.
            intended_share: 0.0,
            share: part(requests, total),
            share_10s: part(window.requests(), recent),
            requests,
            statuses: std::array::from_fn(|class| sum(&|tally| &tally.statuses[class])),
            failures: sum(&|tally| &tally.failures),
            retries: sum(&|tally| &tally.retries),
            bindings: sum(&|tally| &tally.bindings),
            picks: picks.collect(),
            ejections: state.ejections(),
            probe_transitions: gate.map_or(0, |(_, transitions)| transitions),
            bytes_in: sum(&|tally| &tally.bytes_in),
            bytes_out: sum(&|tally| &tally.bytes_out),
            latency: latency.status(&window.latency()),
        }
    }
}

/// A removed endpoint that still finishes requests.
fn departed(endpoint: &Arc<Endpoint>) -> EndpointStatus {
    EndpointStatus {
        name: endpoint.name().to_owned(),
        state: "removed".to_owned(),
        probe: "none".to_owned(),
        in_flight: u64::from(endpoint.in_flight()),
        ..EndpointStatus::default()
    }
}

fn attempts(endpoint: &PlannedEndpoint) -> u64 {
    endpoint.tallies.iter().map(|tally| tally.requests.load(Relaxed)).sum()
}

fn part(count: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { count as f64 / of as f64 }
}

fn state_name(endpoint: &Endpoint, drain: bool) -> &'static str {
    match () {
        () if endpoint.is_down() => "down",
        () if endpoint.is_ejected() => "ejected",
        () if drain => "drain",
        () if endpoint.is_warming() => "slow_start",
        () => "up",
    }
}

fn probe_name(state: Option<ProbeState>) -> &'static str {
    match state {
        None => "none",
        Some(ProbeState::Unknown) => "unknown",
        Some(ProbeState::Up) => "up",
        Some(ProbeState::Down) => "down",
    }
}

/// Errors by name, those that happened only.
fn errors<'t>(
    counters: impl Iterator<Item = &'t [AtomicU64; tally::ERRORS]> + Clone,
) -> BTreeMap<String, u64> {
    let sum = |fault: &Fault| -> u64 {
        counters.clone().map(|errors| errors[fault.index()].load(Relaxed)).sum()
    };
    let named = Fault::ALL.iter().map(|fault| (fault.name().to_owned(), sum(fault)));
    named.filter(|(_, count)| *count > 0).collect()
}

fn epoch_s(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}
