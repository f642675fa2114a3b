//! What one worker's tasks share: the plan, a scratch buffer, idle connections, counters.

use std::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use arc_swap::{ArcSwap, Cache};
use balance::Rng;
use evenness::Mixer;
use ledger::{AccessLog, AccessRecord, WorkerTally};

use super::accept::Admission;
use super::deadline::Deadlines;
use super::listening::{Handed, Listening};
use crate::plan::Plan;
use crate::upstream::Idle;

/// Size of the scratch buffer: what one read can bring.
pub(crate) const SCRATCH: usize = 256 * 1024;
/// Buffers kept for the next request.
const SPARE_BUFFERS: usize = 1024;
/// A buffer that grew beyond this is not kept.
const SPARE_BYTES: usize = 8 * 1024;
/// Log lines gathered before they go to the writer.
const LOG_BATCH: usize = 32 * 1024;

/// What all workers share.
pub(crate) struct WorkerShared {
    pub(crate) plan: ArcSwap<Plan>,
    pub(crate) log: Option<AccessLog>,
    /// Start of the process's own clock.
    pub(crate) epoch: Instant,
    pub(crate) admission: Admission,
    pub(crate) tunnels: AtomicU32,
    /// What the workers' listening found out.
    pub(crate) handed: Arc<Handed>,
    /// Whether they listen at all.
    pub(crate) watched: bool,
    /// Keys the hashes of clients, the same for all workers.
    pub(crate) mixer: Mixer,
}

impl WorkerShared {
    /// Nanoseconds of the process's own clock.
    pub(crate) fn now_ns(&self) -> u64 {
        self.epoch.elapsed().as_nanos() as u64
    }
}

/// One worker's own things; its tasks run on one thread, so no lock is needed.
pub(crate) struct Worker {
    pub(crate) id: usize,
    pub(crate) shared: Arc<WorkerShared>,
    pub(crate) tally: Arc<WorkerTally>,
    pub(crate) deadlines: Deadlines,
    pub(crate) listening: Listening,
    plan: RefCell<Cache<PlanSwap, Arc<Plan>>>,
    held: RefCell<HeldPlan>,
    scratch: RefCell<Box<[u8]>>,
    spare: RefCell<Vec<Vec<u8>>>,
    idle: RefCell<Idle>,
    rng: RefCell<Rng>,
    log: RefCell<Vec<u8>>,
    now_s: Cell<u32>,
    draining: Cell<bool>,
    open: Cell<usize>,
    connections: Cell<u64>,
}

/// A plan as one worker's requests hold it: counted on its thread, and by one shared count.
#[derive(Clone)]
pub(crate) struct HeldPlan(Rc<SharedPlan>);

type SharedPlan = Arc<Plan>;

impl HeldPlan {
    fn new(plan: SharedPlan) -> Self {
        HeldPlan(Rc::new(plan))
    }
}

impl std::ops::Deref for HeldPlan {
    type Target = Plan;

    fn deref(&self) -> &Plan {
        &self.0
    }
}

/// The plan's swap, reached through what is shared.
pub(crate) struct PlanSwap(Arc<WorkerShared>);

impl std::ops::Deref for PlanSwap {
    type Target = ArcSwap<Plan>;

    fn deref(&self) -> &ArcSwap<Plan> {
        &self.0.plan
    }
}

impl Worker {
    pub(crate) fn new(
        id: usize,
        shared: Arc<WorkerShared>,
        tally: Arc<WorkerTally>,
        seed: u64,
    ) -> Rc<Worker> {
        let swap = PlanSwap(Arc::clone(&shared));
        Rc::new(Worker {
            id,
            tally,
            deadlines: Deadlines::default(),
            listening: Listening::new(shared.mixer, Arc::clone(&shared.handed)),
            plan: RefCell::new(Cache::new(swap)),
            held: RefCell::new(HeldPlan::new(shared.plan.load_full())),
            scratch: RefCell::new(vec![0; SCRATCH].into()),
            spare: RefCell::default(),
            idle: RefCell::default(),
            rng: RefCell::new(Rng::new(seed)),
            log: RefCell::default(),
            now_s: Cell::new(unix_s()),
            draining: Cell::new(false),
            open: Cell::new(0),
            connections: Cell::new((id as u64) << 48),
            shared,
        })
    }

    /// The plan in force. Counted on this thread alone: a count that all workers share would
    /// be the one cache line they fight for.
    pub(crate) fn plan(&self) -> HeldPlan {
        let mut latest = self.plan.borrow_mut();
        let latest = latest.load();
        let mut held = self.held.borrow_mut();
        if !Arc::ptr_eq(&held.0, latest) {
            *held = HeldPlan::new(Arc::clone(latest));
        }
        held.clone()
    }

    /// The buffer that reads land in. Held within one poll, never over one.
    pub(crate) fn scratch(&self) -> RefMut<'_, Box<[u8]>> {
        self.scratch.borrow_mut()
    }

    pub(crate) fn idle(&self) -> RefMut<'_, Idle> {
        self.idle.borrow_mut()
    }

    pub(crate) fn rng(&self) -> RefMut<'_, Rng> {
        self.rng.borrow_mut()
    }

    pub(crate) fn now_ns(&self) -> u64 {
        self.shared.now_ns()
    }

    /// Milliseconds of the process's own clock, as exact as deadlines are.
    pub(crate) fn now_ms(&self) -> u64 {
        self.deadlines.now_ms()
    }

    /// Seconds since the Unix epoch, as of the latest tick.
    pub(crate) fn now_s(&self) -> u32 {
        self.now_s.get()
    }

    /// A number for a client connection, no other worker's either.
    pub(crate) fn number_connection(&self) -> u64 {
        self.connections.set(self.connections.get() + 1);
        self.connections.get()
    }

    /// Reads the clocks; the process's own one, in milliseconds.
    pub(crate) fn read_clocks(&self) -> u64 {
        if self.now_s.replace(unix_s()) != self.now_s.get() {
            self.listening.hand_over();
        }
        self.now_ns() / 1_000_000
    }

    /// An empty buffer, used before if possible.
    pub(crate) fn buffer(&self) -> Vec<u8> {
        self.spare.borrow_mut().pop().unwrap_or_default()
    }

    /// Takes a buffer back.
    pub(crate) fn recycle(&self, mut buffer: Vec<u8>) {
        let mut spare = self.spare.borrow_mut();
        if buffer.capacity() > 0 && buffer.capacity() <= SPARE_BYTES && spare.len() < SPARE_BUFFERS
        {
            buffer.clear();
            spare.push(buffer);
        }
    }

    /// Whether there is an access log.
    pub(crate) fn logs(&self) -> bool {
        self.shared.log.is_some()
    }

    pub(crate) fn log(&self, record: &AccessRecord<'_>) {
        let mut lines = self.log.borrow_mut();
        record.write_line(&mut lines);
        if lines.len() >= LOG_BATCH {
            self.submit(&mut lines);
        }
    }

    /// Hands gathered log lines to the writer.
    pub(crate) fn flush_log(&self) {
        self.submit(&mut self.log.borrow_mut());
    }

    fn submit(&self, lines: &mut Vec<u8>) {
        if let (Some(log), false) = (&self.shared.log, lines.is_empty()) {
            log.submit(std::mem::take(lines));
        }
    }

    /// Whether connections are to end after their current request.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.get()
    }

    pub(crate) fn drain(&self) {
        self.draining.set(true);
        self.deadlines.wake_all();
    }

    /// Client connections open on this worker.
    pub(crate) fn open(&self) -> &Cell<usize> {
        &self.open
    }
}

fn unix_s() -> u32 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as u32)
}
