//! The thread that writes the history: a bounded queue before it, so that no disk holds anybody up.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::error::StoreError;
use super::open::Store;
use super::record::Record;

/// Records that may wait.
const RECORDS_MAX: usize = 4096;
/// What they may take in memory together.
const BYTES_MAX: usize = 32 << 20;
/// Between the beginnings of two transactions.
const PACE: Duration = Duration::from_secs(1);
/// Between two looks at whether the thread has ended.
const LOOK: Duration = Duration::from_millis(2);

enum Order {
    Write(Box<Record>),
    /// Somebody waits until all that came before is written.
    Tell(SyncSender<bool>),
    /// Look at the wishes: there is nothing else to wake up for.
    Look,
}

#[derive(Debug, Default)]
struct Shared {
    stop: AtomicBool,
    ended: AtomicBool,
    written: AtomicU64,
    dropped: AtomicU64,
    /// Records taken, and neither written nor dropped yet.
    waiting: AtomicU64,
    waiting_bytes: AtomicUsize,
}

/// Where records are handed in. Cheap to clone.
///
/// The proxy calls [`Writer::submit`] once a second with a window of each pool, and whenever
/// something happens with an event; [`Writer::finish`] when it stops.
#[derive(Clone, Debug)]
pub struct Writer {
    orders: SyncSender<Order>,
    shared: Arc<Shared>,
}

impl Writer {
    /// Starts the thread that writes this history.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(store: Store) -> io::Result<Writer> {
        let (orders, inbox) = sync_channel(RECORDS_MAX);
        let shared = Arc::new(Shared::default());
        let mut desk = Desk {
            store,
            shared: Arc::clone(&shared),
            pending: Vec::new(),
            asked: Vec::new(),
            in_trouble: false,
            broken: false,
            lost_before: 0,
        };
        thread::Builder::new().name("history".into()).spawn(move || {
            desk.run(&inbox);
            desk.shared.ended.store(true, Relaxed);
        })?;
        Ok(Writer { orders, shared })
    }

    /// Takes a record; never waits. One that finds no room, or is too large, is lost and counted.
    pub fn submit(&self, record: Record) {
        self.offer(record);
    }

    /// Takes a record that somebody is promised, and waits until it is written, for as long as
    /// `patience` at most. Answers whether it is.
    pub fn keep(&self, record: Record, patience: Duration) -> bool {
        let (tell, told) = sync_channel(1);
        self.offer(record)
            && self.orders.try_send(Order::Tell(tell)).is_ok()
            && told.recv_timeout(patience) == Ok(true)
    }

    /// Answers whether the record was taken.
    fn offer(&self, record: Record) -> bool {
        let bytes = record.bytes();
        let waiting = self.shared.waiting_bytes.fetch_add(bytes, Relaxed);
        self.shared.waiting.fetch_add(1, Relaxed);
        let fits = waiting + bytes <= BYTES_MAX && record.excess().is_none();
        let open = !self.shared.ended.load(Relaxed);
        let taken = open && fits && self.orders.try_send(Order::Write(Box::new(record))).is_ok();
        if !taken {
            self.shared.waiting_bytes.fetch_sub(bytes, Relaxed);
            self.shared.waiting.fetch_sub(1, Relaxed);
            self.shared.dropped.fetch_add(1, Relaxed);
        }
        taken
    }

    /// Records written so far.
    pub fn written(&self) -> u64 {
        self.shared.written.load(Relaxed)
    }

    /// Records lost so far: there was no room in the queue, or the database refused them.
    pub fn dropped(&self) -> u64 {
        self.shared.dropped.load(Relaxed)
    }

    /// Ends the thread once it has written what it was given, or leaves it to its disk when
    /// `patience` is over. Answers how many records were left unwritten.
    pub fn finish(&self, patience: Duration) -> u64 {
        self.shared.stop.store(true, Relaxed);
        // With a full queue it looks before its next transaction anyway.
        let _ = self.orders.try_send(Order::Look);
        let until = Instant::now() + patience;
        while !self.shared.ended.load(Relaxed) && Instant::now() < until {
            thread::sleep(LOOK);
        }
        self.shared.waiting.load(Relaxed)
    }
}

/// The thread's own.
struct Desk {
    store: Store,
    shared: Arc<Shared>,
    /// What the next transaction writes; after a failure it waits here for the next try.
    pending: Vec<Record>,
    /// Who waits for the next transaction.
    asked: Vec<SyncSender<bool>>,
    in_trouble: bool,
    /// Damage was found: the next transaction goes to a new file.
    broken: bool,
    /// Records lost when the trouble began.
    lost_before: u64,
}

impl Desk {
    fn run(&mut self, inbox: &Receiver<Order>) {
        let mut due = Instant::now();
        loop {
            let open = self.collect(inbox, due);
            due = Instant::now() + PACE;
            self.write();
            self.tell();
            let stopping = !open || self.shared.stop.load(Relaxed);
            // What came while it was written belongs to those that were given in time.
            if stopping && !self.take_all(inbox) {
                return;
            }
        }
    }

    /// Takes what comes until the next transaction may begin and there is something to write.
    /// Answers false when nobody is left to hand anything in.
    fn collect(&mut self, inbox: &Receiver<Order>, due: Instant) -> bool {
        while !self.shared.stop.load(Relaxed) && self.asked.is_empty() {
            let patience = due.saturating_duration_since(Instant::now());
            let order = match (patience.is_zero(), self.pending.is_empty()) {
                (true, false) => break,
                (true, true) => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
                (false, _) => inbox.recv_timeout(patience),
            };
            match order {
                Ok(order) => self.take(order),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
        self.take_all(inbox);
        true
    }

    /// Takes what is there. Answers whether there was anything.
    fn take_all(&mut self, inbox: &Receiver<Order>) -> bool {
        let before = self.pending.len();
        // A bound on one transaction: the queue's own.
        while self.pending.len() < RECORDS_MAX
            && let Ok(order) = inbox.try_recv()
        {
            self.take(order);
        }
        self.pending.len() > before
    }

    fn take(&mut self, order: Order) {
        match order {
            Order::Write(record) => self.pending.push(*record),
            Order::Tell(who) => self.asked.push(who),
            Order::Look => {}
        }
    }

    /// Tells those who wait whether all that came before is written.
    fn tell(&mut self) {
        let written = self.pending.is_empty() && !self.in_trouble;
        // Who has lost patience does not listen any more.
        for who in self.asked.drain(..) {
            let _ = who.try_send(written);
        }
    }

    fn write(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let mut outcome = self.try_write();
        if let Err(error @ StoreError::Damaged { .. }) = &outcome {
            self.troubled(error);
            self.broken = true;
            outcome = self.try_write();
        }
        match outcome {
            Ok(()) => {
                self.recovered();
                let count = self.release();
                self.shared.written.fetch_add(count, Relaxed);
            }
            Err(error) => {
                self.troubled(&error);
                if !error.passes() {
                    let count = self.release();
                    self.shared.dropped.fetch_add(count, Relaxed);
                }
            }
        }
    }

    fn try_write(&mut self) -> Result<(), StoreError> {
        if self.broken {
            self.store.begin_anew()?;
            self.broken = false;
            let moved = self.store.moved_aside().unwrap_or(self.store.path()).display();
            tracing::warn!(%moved, "the damaged history was moved aside, a new one begins");
        }
        self.store.write(&self.pending)
    }

    /// Empties what was pending. Answers how many that were.
    fn release(&mut self) -> u64 {
        let count = self.pending.len() as u64;
        let bytes = self.pending.iter().map(Record::bytes).sum();
        self.pending.clear();
        self.shared.waiting_bytes.fetch_sub(bytes, Relaxed);
        self.shared.waiting.fetch_sub(count, Relaxed);
        count
    }

    /// A disk that stays full is said once, not every second.
    fn troubled(&mut self, error: &StoreError) {
        if !self.in_trouble {
            self.in_trouble = true;
            self.lost_before = self.shared.dropped.load(Relaxed);
            let hint = error.hint();
            tracing::error!(%error, hint, "the history is not written; it is tried again");
        }
    }

    fn recovered(&mut self) {
        if self.in_trouble {
            self.in_trouble = false;
            let lost = self.shared.dropped.load(Relaxed) - self.lost_before;
            let path = self.store.path().display();
            tracing::info!(%path, lost, "the history is written again");
        }
    }
}
