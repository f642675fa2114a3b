//! Starts, reloads and stops: the only writer of the plan.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use arc_swap::ArcSwap;
use config::Loaded;
use evenness::Mixer;
use ledger::{AccessLog, Measured, WorkerTally};
use tokio::sync::mpsc::UnboundedSender;

use super::error::{ApplyError, StartError};
use super::listeners::{self, Bound, Opened};
use super::room;
use crate::control::{self, Control, ControlOrder, Started};
use crate::plan::{self, Ground, Plan, Slots};
use crate::worker::{self, Admission, Order, WorkerShared};

/// What the access log's writer gets at least for its last lines.
const LOG_PATIENCE: Duration = Duration::from_secs(1);

/// How a balancer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Farewell {
    /// Connections that had not finished in time.
    pub connections_left: u32,
    /// Lines of the access log that its disk did not take in time.
    pub log_lines_lost: u64,
}

/// A running balancer. Cheap to clone; all clones are the same balancer.
#[derive(Clone)]
pub struct Server {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) shared: Arc<WorkerShared>,
    pub(super) control: Control,
    pub(super) workers: Vec<UnboundedSender<Order>>,
    pub(super) tallies: Vec<Arc<WorkerTally>>,
    pub(super) started_at: SystemTime,
    pub(super) ready: AtomicBool,
    /// What the process started with: some of it stays until the next start.
    pub(super) began_with: config::Server,
    state: Mutex<State>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    measured: Mutex<Option<Receiver<Measured>>>,
    seed: u64,
}

/// What a reload changes, under one lock: reloads come one after the other.
pub(super) struct State {
    pub(super) loaded: Loaded,
    pub(super) loaded_at: SystemTime,
    pub(super) revision: u64,
    pub(super) reloads_failed: u64,
    pub(super) last_error: String,
    bound: Vec<Bound>,
    slots: Slots,
    /// Signs session cookies; empty as long as no pool is sticky.
    secret: Vec<u8>,
}

impl Server {
    /// Binds the listeners, starts the threads and serves. Clients are counted by their hashes
    /// under `mixer`: one that is kept lets what was counted before a restart be added.
    ///
    /// # Errors
    /// When an address, the state directory, the access log or a thread cannot be had. Nothing
    /// is left running then.
    pub fn start(loaded: Loaded, mixer: Mixer) -> Result<Server, StartError> {
        let server_settings = &loaded.settings.server;
        let count = match server_settings.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            count => count,
        };
        let opened = open(&loaded, &[], count)?;
        let secret = secret(&loaded, Vec::new())?;
        let log = match &server_settings.access_log {
            Some(path) => Some(
                AccessLog::open(path)
                    .map_err(|error| StartError::AccessLog { path: path.clone(), error })?,
            ),
            None => None,
        };
        let seed = seed();
        let mut slots = Slots::default();
        let ground = Ground { workers: count, secret: &secret, now_ns: 0, seed };
        let plan = plan::build(&loaded.settings, None, &mut slots, &ground);
        let shared = Arc::new(WorkerShared {
            plan: ArcSwap::from_pointee(plan),
            log: log.as_ref().map(|(log, _)| log.clone()),
            epoch: Instant::now(),
            admission: Admission::default(),
            tunnels: 0.into(),
            handed: Arc::default(),
            watched: loaded.settings.server.watch,
            mixer,
        });
        let Started { control, thread: control_thread, measured } =
            control::spawn(Arc::clone(&shared), count, seed).map_err(StartError::Thread)?;
        let mut threads = vec![control_thread];
        threads.extend(log.map(|(_, writer)| writer));
        let tallies: Vec<Arc<WorkerTally>> = (0..count).map(|_| Arc::default()).collect();
        let (workers, worker_threads) = spawn_workers(&shared, &tallies, seed)
            // The control thread holds on to its own orders: it ends by being told.
            .inspect_err(|_| drop(control.orders.send(ControlOrder::Stop)))?;
        threads.extend(worker_threads);
        let began_with = loaded.settings.server.clone();
        let state = State {
            loaded,
            loaded_at: SystemTime::now(),
            revision: 0,
            reloads_failed: 0,
            last_error: String::new(),
            bound: Vec::new(),
            slots,
            secret,
        };
        let server = Server {
            inner: Arc::new(Inner {
                shared,
                control,
                workers,
                tallies,
                started_at: SystemTime::now(),
                ready: AtomicBool::new(true),
                began_with,
                state: Mutex::new(state),
                threads: Mutex::new(threads),
                measured: Mutex::new(Some(measured)),
                seed,
            }),
        };
        server.put_in_force(&mut server.inner.state(), opened);
        Ok(server)
    }

    /// Puts a new configuration in force: listeners, routes, pools and weights at once.
    /// Answers what a restart is needed for; empty when for nothing.
    ///
    /// # Errors
    /// When a new listener's address or the cookies' key cannot be had, and once the balancer is
    /// stopping; nothing has changed then.
    pub fn apply(&self, loaded: Loaded) -> Result<Vec<String>, ApplyError> {
        let mut guard = self.inner.state();
        let state = &mut *guard;
        if !self.inner.ready.load(Relaxed) {
            return Err(ApplyError::Stopping);
        }
        let opened = self
            .open_next(&loaded, &state.bound)
            .inspect_err(|error| state.fail(&error.to_string()))?;
        state.secret = secret(&loaded, std::mem::take(&mut state.secret))
            .inspect_err(|error| state.fail(&error.to_string()))?;
        let ground = Ground {
            workers: self.inner.workers.len(),
            secret: &state.secret,
            now_ns: self.inner.shared.now_ns(),
            seed: self.inner.seed,
        };
        let before: Arc<Plan> = self.inner.shared.plan.load_full();
        let next = plan::build(&loaded.settings, Some(&before), &mut state.slots, &ground);
        self.inner.shared.plan.store(Arc::new(next));
        let waiting = needs_restart(&self.inner.began_with, &loaded);
        state.loaded = loaded;
        state.loaded_at = SystemTime::now();
        state.revision += 1;
        state.last_error.clear();
        self.put_in_force(state, opened);
        Ok(waiting)
    }

    /// What is measured, once a second; for one listener: the first to ask. As long as nobody
    /// takes it, the latest minute waits and the rest is lost.
    pub fn measured(&self) -> Option<Receiver<Measured>> {
        self.inner.measured.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Notes a configuration that was not valid and changed nothing.
    pub fn note_failed_reload(&self, why: &str) {
        self.inner.state().fail(why);
    }

    /// Names and addresses of the listeners as bound.
    pub fn listener_addrs(&self) -> Vec<(String, SocketAddr)> {
        let state = self.inner.state();
        state.bound.iter().map(|bound| (bound.name.clone(), bound.address)).collect()
    }

    /// Opens the access log anew, after it was moved away.
    pub fn reopen_access_log(&self) {
        if let Some(log) = &self.inner.shared.log {
            log.reopen();
        }
    }

    /// `server.drain_timeout` of the configuration in force.
    pub fn drain_timeout(&self) -> Duration {
        self.inner.state().loaded.settings.server.drain_timeout.0
    }

    /// Stops accepting, lets requests finish until `deadline` is over, and ends all threads.
    pub fn shutdown(&self, deadline: Duration) -> Farewell {
        {
            // A reload under way comes first: none may open a listener after this.
            let _state = self.inner.state();
            self.inner.ready.store(false, Relaxed);
        }
        self.inner.tell_all(|| Order::Drain);
        let threads =
            std::mem::take(&mut *self.inner.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let mut threads = threads.into_iter();
        let control = threads.next();
        let log_writer = if self.inner.shared.log.is_some() { threads.next() } else { None };
        let workers: Vec<JoinHandle<()>> = threads.collect();
        // A worker ends when nobody is connected any more. That nobody is connected now does not
        // say so: some may be waiting to be accepted.
        let until = Instant::now() + deadline;
        while !workers.iter().all(JoinHandle::is_finished) && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        let connections_left = self.inner.shared.admission.open();
        self.inner.tell_all(|| Order::Stop);
        // A channel whose thread has ended already needs no order.
        let _ = self.inner.control.orders.send(ControlOrder::Stop);
        for thread in workers.into_iter().chain(control) {
            let _ = thread.join();
        }
        let log_lines_lost = match (&self.inner.shared.log, log_writer) {
            (Some(log), Some(writer)) => {
                let left = until.saturating_duration_since(Instant::now());
                log.finish(writer, left.max(LOG_PATIENCE))
            }
            _ => 0,
        };
        Farewell { connections_left, log_lines_lost }
    }

    /// The next listeners. Where this very process's admin listener is in the way, it says so.
    fn open_next(&self, loaded: &Loaded, before: &[Bound]) -> Result<Opened, StartError> {
        let admin = self.inner.began_with.admin;
        open(loaded, before, self.inner.workers.len()).map_err(|error| match error {
            StartError::Listen { listener, address, .. }
                if admin.is_some_and(|admin| listeners::overlap(admin, address)) =>
            {
                StartError::AdminListens { listener, address }
            }
            other => other,
        })
    }

    /// Tells everybody what is in force now.
    fn put_in_force(&self, state: &mut State, mut opened: Opened) {
        let settings = &state.loaded.settings;
        let most = room::clients_max(settings, self.inner.workers.len());
        let per_client = settings.server.max_connections_per_client;
        self.inner.shared.admission.limit(most, per_client);
        for orders in &self.inner.workers {
            let doors = opened
                .sockets
                .iter_mut()
                .map(|(address, rules, sockets)| (*address, rules.clone(), sockets.pop()));
            // A worker that has ended is being stopped.
            let _ = orders.send(Order::Listen(doors.collect()));
        }
        state.bound = opened.bound;
        let _ = self.inner.control.orders.send(ControlOrder::Follow);
    }
}

impl Inner {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A panic while it is held leaves the old state or the new one, both whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell_all(&self, order: impl Fn() -> Order) {
        for worker in &self.workers {
            // A worker that has ended needs no order.
            let _ = worker.send(order());
        }
    }
}

impl State {
    fn fail(&mut self, why: &str) {
        self.reloads_failed += 1;
        self.last_error = why.to_owned();
    }
}

type Workers = (Vec<UnboundedSender<Order>>, Vec<JoinHandle<()>>);

fn spawn_workers(
    shared: &Arc<WorkerShared>,
    tallies: &[Arc<WorkerTally>],
    seed: u64,
) -> Result<Workers, StartError> {
    let (mut workers, mut threads) = (Vec::new(), Vec::new());
    for (id, tally) in tallies.iter().enumerate() {
        let worker_seed = seed ^ (id as u64 + 1) << 32;
        let spawned = worker::spawn(id, Arc::clone(shared), Arc::clone(tally), worker_seed);
        let (orders, thread) = spawned.map_err(StartError::Thread)?;
        workers.push(orders);
        threads.push(thread);
    }
    Ok((workers, threads))
}

fn open(loaded: &Loaded, before: &[Bound], workers: usize) -> Result<Opened, StartError> {
    listeners::open(&loaded.settings.listeners, before, workers)
        .map_err(|(listener, address, error)| StartError::Listen { listener, address, error })
}

/// The key that signs session cookies, read when the first sticky pool needs it, so that
/// nothing is written for nothing.
fn secret(loaded: &Loaded, known: Vec<u8>) -> Result<Vec<u8>, StartError> {
    let sticky = loaded.settings.pools.values().any(|pool| pool.affinity.is_some());
    if !sticky || !known.is_empty() {
        return Ok(known);
    }
    let state_dir = &loaded.settings.server.state_dir;
    plan::load_or_make(state_dir)
        .map_err(|error| StartError::Secret { state_dir: state_dir.clone(), error })
}

/// The keys whose change since the start, `old`, takes effect at the next one only.
pub(super) fn needs_restart(old: &config::Server, new: &Loaded) -> Vec<String> {
    let new = &new.settings.server;
    let changed = [
        ("server.workers", old.workers != new.workers),
        ("server.admin", old.admin != new.admin),
        ("server.state_dir", old.state_dir != new.state_dir),
        ("server.access_log", old.access_log != new.access_log),
        ("server.watch", old.watch != new.watch),
    ];
    changed.into_iter().filter(|(_, changed)| *changed).map(|(key, _)| key.to_owned()).collect()
}

/// Different for every process: balancers that start together must not choose alike.
fn seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}
