//! A pool in force: an immutable plan over endpoint state that outlives it.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};

use crate::atomic::Real;
use crate::budget::RetryBudget;
use crate::delay::Delays;
use crate::endpoint::{Endpoint, gate};
use crate::lottery::Lottery;
use crate::moves::Moves;
use crate::policy::{Maglev, Ring};
use crate::session::Sessions;
use crate::slots;
use crate::spec::{Policy, PoolSpec};

/// A pool's plan. A reload builds the next one from it with [`Pool::replan`].
#[derive(Debug)]
pub struct Pool {
    spec: PoolSpec,
    endpoints: Vec<Arc<Endpoint>>,
    ids: Vec<u64>,
    /// Removed by a reload, still finishing requests.
    departed: Vec<Arc<Endpoint>>,
    limits: Vec<u32>,
    /// Capacity × weight.
    base_weights: Vec<f64>,
    /// Capacity × weight × warm-up.
    pub(crate) weights: Vec<Real>,
    /// Whether some weights or capacities differ.
    uneven: bool,
    lottery: Lottery,
    table: Table,
    /// Empty where nothing is sticky.
    sessions: Arc<Sessions>,
    generation: u64,
    /// Whether the scores are being renewed, see [`Pool::refresh`].
    pub(crate) renewing: AtomicU32,
    pub(crate) shared: Arc<Shared>,
}

/// What belongs to the pool whatever its endpoints are.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) budget: RetryBudget,
    pub(crate) moves: Moves,
    /// Held while endpoints are being ejected or readmitted, so that the cap is exact.
    pub(crate) ejecting: AtomicBool,
    pub(crate) panic: AtomicBool,
    /// Moving average of requests in flight in the whole pool.
    pub(crate) demand: Real,
    pub(crate) ticked_at_ns: AtomicU64,
    pub(crate) window_from_ns: AtomicU64,
    pub(crate) looked_at_ns: AtomicU64,
    pub(crate) fitted_at_ns: AtomicU64,
    /// Capacity of the eligible endpoints.
    pub(crate) capacity: Real,
    /// Slots ÷ capacity, as far as they were seen in use.
    pub(crate) reach: Real,
    pub(crate) delays: Delays,
    /// Mean service time, 0 while unknown.
    pub(crate) service_ns: Real,
    /// Number of the plan in force.
    generation: AtomicU64,
    pub(crate) unmovable: AtomicU64,
}

/// The prepared placement of a hashed policy.
#[derive(Debug)]
pub(crate) enum Table {
    Nothing,
    Maglev(Maglev),
    Ring(Ring),
}

/// What a plan takes over from the one before it.
struct Kept {
    endpoints: Vec<Arc<Endpoint>>,
    departed: Vec<Arc<Endpoint>>,
    sessions: Arc<Sessions>,
    shared: Arc<Shared>,
    phase: u32,
}

impl Pool {
    /// A new pool. `seed` sets the phase of its round robin. Endpoints start at their full
    /// share: slow start is useless when every endpoint is new.
    ///
    /// Endpoints beyond [`PoolSpec::ENDPOINTS_MAX`] are left out; configurations that name so
    /// many are refused before they come here.
    pub fn new(mut spec: PoolSpec, now_ns: u64, seed: u64) -> Pool {
        spec.endpoints.truncate(PoolSpec::ENDPOINTS_MAX);
        let shared = Shared {
            budget: RetryBudget::new(&spec.retry),
            moves: Moves::default(),
            ejecting: AtomicBool::new(false),
            panic: AtomicBool::new(false),
            demand: Real::new(0.0),
            ticked_at_ns: AtomicU64::new(now_ns),
            window_from_ns: AtomicU64::new(now_ns),
            looked_at_ns: AtomicU64::new(now_ns),
            fitted_at_ns: AtomicU64::new(now_ns),
            capacity: Real::new(0.0),
            reach: Real::new(slots::unknown()),
            delays: Delays::new(),
            service_ns: Real::new(0.0),
            generation: AtomicU64::new(0),
            unmovable: AtomicU64::new(0),
        };
        let endpoints = spec.endpoints.iter().map(|e| Arc::new(Endpoint::new(&e.name, 0)));
        let kept = Kept {
            endpoints: endpoints.collect(),
            departed: Vec::new(),
            sessions: Sessions::sized(spec.affinity.is_some()),
            shared: Arc::new(shared),
            phase: seed as u32,
        };
        Pool::build(spec, kept, now_ns)
    }

    /// The next plan: endpoints of the same name keep their state, new ones warm up.
    ///
    /// It is in force from here on: this plan still answers picks, but scores and ejections
    /// are the next one's.
    pub fn replan(&self, mut spec: PoolSpec, now_ns: u64) -> Pool {
        spec.endpoints.truncate(PoolSpec::ENDPOINTS_MAX);
        self.shared.generation.fetch_add(1, Relaxed);
        let known = |name: &str| {
            self.endpoints.iter().chain(&self.departed).find(|e| e.name() == name).cloned()
        };
        let warm_from_ns = if spec.slow_start_ns > 0 { now_ns.max(1) } else { 0 };
        let endpoints: Vec<Arc<Endpoint>> = spec
            .endpoints
            .iter()
            .map(|e| {
                known(&e.name).unwrap_or_else(|| Arc::new(Endpoint::new(&e.name, warm_from_ns)))
            })
            .collect();
        let gone = |e: &&Arc<Endpoint>| {
            e.in_flight() > 0 && !endpoints.iter().any(|kept| kept.name() == e.name())
        };
        let departed = self.endpoints.iter().chain(&self.departed).filter(gone).cloned().collect();
        let capacity = |spec: &PoolSpec, name: &str| {
            spec.endpoints.iter().find(|e| e.name == name).map(|e| e.capacity)
        };
        if self
            .spec
            .endpoints
            .iter()
            .any(|e| capacity(&spec, &e.name).is_some_and(|c| c != e.capacity))
        {
            self.shared.delays.forget(&self.endpoints);
        }
        let sticky_now = spec.affinity.is_some() && self.spec.affinity.is_none();
        let sessions = if sticky_now { Sessions::sized(true) } else { Arc::clone(&self.sessions) };
        let shared = Arc::clone(&self.shared);
        let phase = self.lottery.cursor();
        Pool::build(spec, Kept { endpoints, departed, sessions, shared, phase }, now_ns)
    }

    fn build(spec: PoolSpec, kept: Kept, now_ns: u64) -> Pool {
        let Kept { endpoints, departed, sessions, shared, phase } = kept;
        let base_weights: Vec<f64> = spec.endpoints.iter().map(|e| e.capacity * e.weight).collect();
        let weighted = |i: usize| (spec.endpoints[i].name.as_str(), base_weights[i]);
        let table = match spec.policy {
            Policy::Maglev => {
                let ids = (0..endpoints.len()).map(|i| (endpoints[i].id(), base_weights[i]));
                Table::Maglev(Maglev::new(&ids.collect::<Vec<_>>()))
            }
            Policy::Ring => {
                Table::Ring(Ring::new(&(0..endpoints.len()).map(weighted).collect::<Vec<_>>()))
            }
            _ => Table::Nothing,
        };
        for (endpoint, asked) in endpoints.iter().zip(&spec.endpoints) {
            endpoint.open_gate(gate::DRAIN | gate::IDLE);
            let drain = if asked.drain { gate::DRAIN } else { 0 };
            let idle = if asked.weight > 0.0 { 0 } else { gate::IDLE };
            endpoint.close_gate(drain | idle);
        }
        let pool = Pool {
            ids: endpoints.iter().map(|e| e.id()).collect(),
            uneven: spec.endpoints.windows(2).any(|pair| {
                (pair[0].weight, pair[0].capacity) != (pair[1].weight, pair[1].capacity)
            }),
            generation: shared.generation.load(Relaxed),
            renewing: AtomicU32::new(0),
            limits: spec.endpoints.iter().map(|e| e.limit.unwrap_or(u32::MAX)).collect(),
            weights: base_weights.iter().map(|&w| Real::new(w)).collect(),
            lottery: Lottery::new(endpoints.len(), phase),
            base_weights,
            endpoints,
            departed,
            table,
            sessions,
            shared,
            spec,
        };
        pool.refresh(now_ns);
        pool
    }

    /// The rules in force.
    pub fn spec(&self) -> &PoolSpec {
        &self.spec
    }

    /// The endpoints, in the configuration's order.
    pub fn endpoints(&self) -> &[Arc<Endpoint>] {
        &self.endpoints
    }

    /// Endpoints that a reload removed and that still had requests in flight then.
    pub fn departed(&self) -> &[Arc<Endpoint>] {
        &self.departed
    }

    /// The endpoint's part of requests that configuration and warm-up ask for, 0 to 1, counting
    /// eligible endpoints only.
    pub fn intended_share(&self, index: usize) -> f64 {
        self.intended_shares().nth(index).unwrap_or(0.0)
    }

    /// The same of every endpoint, in their order.
    pub fn intended_shares(&self) -> impl Iterator<Item = f64> {
        let open = |i: usize| if self.endpoints[i].is_eligible() { self.weight(i) } else { 0.0 };
        let total: f64 = (0..self.endpoints.len()).map(open).sum();
        let share = move |i: usize| if total > 0.0 { open(i) / total } else { 0.0 };
        (0..self.endpoints.len()).map(share)
    }

    /// Whether doubtful endpoints are in use because the healthy ones cannot carry the load.
    pub fn is_panicking(&self) -> bool {
        self.shared.panic.load(Relaxed)
    }

    /// Requests of `hard` sessions that stayed on an endpoint above its bound.
    pub fn unmovable(&self) -> u64 {
        self.shared.unmovable.load(Relaxed)
    }

    /// The retry budget, for showing.
    pub fn retry_budget(&self) -> &RetryBudget {
        &self.shared.budget
    }

    /// Requests in flight, departed endpoints included.
    pub fn in_flight(&self) -> u64 {
        self.endpoints.iter().chain(&self.departed).map(|e| u64::from(e.in_flight())).sum()
    }

    /// Takes a probe's verdict.
    pub fn set_down(&self, name: &str, down: bool, now_ns: u64) {
        let Some(endpoint) = self.endpoints.iter().find(|e| e.name() == name) else { return };
        if down == endpoint.is_down() {
            return;
        }
        if down {
            endpoint.close_gate(gate::DOWN);
        } else {
            if self.spec.slow_start_ns > 0 {
                endpoint.health.warm_from_ns.store(now_ns.max(1), Relaxed);
            }
            endpoint.open_gate(gate::DOWN);
            // It was gone and answers again: what ejected it is over. The next tick lets it
            // back in, on probation.
            let until_ns = endpoint.health.ejected_until_ns.load(Relaxed);
            endpoint.health.ejected_until_ns.store(until_ns.min(now_ns), Relaxed);
        }
        self.refresh(now_ns);
    }

    /// Position of the endpoint with this id.
    pub(crate) fn position(&self, id: u64) -> Option<usize> {
        self.ids.iter().position(|&own| own == id)
    }

    pub(crate) fn id(&self, index: usize) -> u64 {
        self.ids[index]
    }

    /// What is remembered of recent sessions.
    pub(crate) fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// The endpoint's part of the eligible endpoints' capacity.
    pub(crate) fn capacity_share(&self, index: usize) -> f64 {
        let all = self.endpoints.iter().zip(&self.spec.endpoints);
        let open = all.filter(|(e, _)| e.is_eligible()).map(|(_, asked)| asked.capacity);
        let own = self.spec.endpoints[index].capacity;
        own / open.sum::<f64>().max(own).max(f64::MIN_POSITIVE)
    }

    /// Whether no later plan has replaced this one.
    pub(crate) fn in_force(&self) -> bool {
        self.generation == self.shared.generation.load(Relaxed)
    }

    pub(crate) fn is_uneven(&self) -> bool {
        self.uneven
    }

    pub(crate) fn limit(&self, index: usize) -> u32 {
        self.limits[index]
    }

    pub(crate) fn weight(&self, index: usize) -> f64 {
        self.weights[index].load()
    }

    pub(crate) fn base_weight(&self, index: usize) -> f64 {
        self.base_weights[index]
    }

    pub(crate) fn lottery(&self) -> &Lottery {
        &self.lottery
    }

    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    /// Name of the endpoint with this id, if it is still in the pool.
    pub fn name_of(&self, id: u64) -> Option<String> {
        self.position(id).map(|i| String::from(self.endpoints[i].name()))
    }
}
