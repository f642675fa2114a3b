//! What the front and the threads share.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use config::Receiver;
use ledger::alarm::HeartbeatState;

use super::file;
use super::pace::Pace;
use crate::notify::{House, Notice, wants};
use crate::outbox::{Job, Queue};
use crate::watch::{AlarmEvent, Watch};

/// A disk that takes longer than this to write holds nobody's notification up.
const HUNG: Duration = Duration::from_secs(10);

/// What the front and the threads share.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    pub(super) pace: Pace,
    pub(super) path: PathBuf,
}

/// How far the end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Running,
    /// Nothing more is sent; what is on its way may arrive.
    Ending,
    /// Nothing more is written.
    Ended,
}

/// What changes.
#[derive(Debug)]
pub(super) struct State {
    pub(super) watch: Watch,
    pub(super) settings: Arc<config::Alarms>,
    pub(super) house: Arc<House>,
    pub(super) queues: BTreeMap<String, Queue>,
    /// Notifications written so far.
    pub(super) written: u64,
    /// Grows with everything that must be on the disk.
    pub(super) generation: u64,
    /// The generation that is there.
    pub(super) saved: u64,
    /// Since when one is missing there and no write has come back.
    pub(super) owed_since: Option<Instant>,
    /// Why the latest one is not; empty: it is.
    pub(super) unkept: String,
    /// Receivers that have a thread.
    pub(super) senders: BTreeSet<String>,
    /// When the latest step was, by the threads' clock.
    pub(super) stepped_at: Option<f64>,
    pub(super) heartbeat: HeartbeatState,
    pub(super) phase: Phase,
}

impl Shared {
    pub(super) fn new(state: State, pace: Pace, path: PathBuf) -> Shared {
        Shared { state: Mutex::new(state), changed: Condvar::new(), pace, path }
    }

    /// What changes; whoever changed it calls [`Shared::wake`] afterwards.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wake(&self) {
        self.changed.notify_all();
    }

    /// Waits for a change, at most that long.
    pub(super) fn wait<'s>(
        &self,
        state: MutexGuard<'s, State>,
        limit: Duration,
    ) -> MutexGuard<'s, State> {
        let waited = self.changed.wait_timeout(state, limit);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl State {
    /// The receiver of that name.
    pub(super) fn receiver(&self, name: &str) -> Option<Receiver> {
        self.settings.receivers.iter().find(|receiver| receiver.name == name).cloned()
    }

    /// Something must be on the disk that is not.
    pub(super) fn changed(&mut self) {
        self.generation += 1;
        self.owed_since.get_or_insert_with(Instant::now);
    }

    /// A write came back: this generation is on the disk, or the disk refused it.
    pub(super) fn kept(&mut self, generation: u64) {
        self.saved = generation;
        self.owed_since = (generation < self.generation).then(Instant::now);
    }

    /// The generation whose notifications may be sent: what is kept, unless the disk hangs. Then
    /// people are told all the same, after a restart perhaps once more.
    pub(super) fn released(&self) -> u64 {
        let hangs = self.owed_since.is_some_and(|since| since.elapsed() >= HUNG);
        if hangs { self.generation } else { self.saved }
    }

    /// Writes down who is to be told of these events, all with the same generation.
    pub(super) fn post(&mut self, now: f64, events: &[AlarmEvent]) {
        for event in events {
            for name in &event.receivers {
                match self.receiver(name) {
                    Some(receiver) if wants(&receiver, event.change) => {
                        self.enqueue(now, name, Notice::of(event, name));
                    }
                    Some(_) => {}
                    None => tracing::warn!(
                        receiver = name,
                        alarm = event.alarm.id,
                        "an alarm is routed to a receiver that is not configured"
                    ),
                }
            }
        }
    }

    fn enqueue(&mut self, now: f64, name: &str, notice: Notice) {
        self.written += 1;
        let delivery = format!("{}-{}", notice.alarm.key, self.written);
        let job = Job { delivery, notice, since: now, generation: self.generation };
        self.queues.entry(name.to_owned()).or_default().push(job);
    }

    /// The bytes of the file, and the generation that they hold.
    pub(super) fn snapshot(&self) -> (std::io::Result<Vec<u8>>, u64) {
        (file::bytes(self.watch.kept(), &self.queues, self.written), self.generation)
    }
}
