//! Watches over the running balancer: judges each second, keeps it, and lets people be told.

mod auditing;
mod diagnosing;
mod known;
mod noted;
mod past;
mod running;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use config::{Difference, Loaded, Part, diff};
use evenness::{Mixer, Signal};
use ledger::{
    ApprovalOrder, Event, EventKind, Firewall, FirewallPlan, IntentStatus, Measured, Record, Store,
    Writer,
};
use ops::{Alarms, Intent, Observer};

use crate::moment::now_s;
use auditing::Audits;
use known::{Known, UNKNOWN, approved};

/// So long after a loss it is told, seconds: an alarm of it fires after half of that.
const LOSING_S: u64 = 60;
/// For the history's last records, and for what somebody is promised.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is said to somebody whose order cannot be kept.
pub(super) const FORGOTTEN: &str = "; it cannot be kept, and is forgotten with this process";

const INTENT: &str = "intent";
const CLIENTS: &str = "clients";
const SEED: &str = "seed";

/// The watch over a process. Cheap to clone.
#[derive(Clone)]
pub(super) struct Watching {
    inner: Arc<Inner>,
}

struct Inner {
    observer: Mutex<Observer>,
    firewall: Mutex<Firewall>,
    history: Option<Writer>,
    /// Where the history is. Whoever reads it opens it anew: reading must not wait for the writer,
    /// who may have begun another file.
    state_dir: PathBuf,
    /// When the process began, seconds since the Unix epoch.
    began: f64,
    /// Whether it is known what was in force before.
    goes_on: bool,
    /// What was missing then, in words.
    gaps: Vec<String>,
    alarms: Option<Alarms>,
    /// Whether seconds are judged at all.
    is_watched: bool,
    /// The number of the next event.
    numbers: AtomicU64,
    /// Records of the history that were lost, and when the last of them was.
    lost: Mutex<(u64, Option<u64>)>,
    /// Of what is remembered of clients.
    seed: u64,
    /// The configuration in force.
    in_force: Mutex<Loaded>,
    thread: Mutex<Option<JoinHandle<()>>>,
    audits: Audits,
    /// The process ends, and with it the watch.
    ends: AtomicBool,
    /// The last second that was judged, or that of the start, since the Unix epoch.
    judged_s: AtomicU64,
}

impl Watching {
    /// Goes on from what the state directory holds. Whatever of it cannot be had is said, and
    /// done without: users are served all the same.
    pub(super) fn open(loaded: &Loaded) -> Watching {
        let began = precise_now();
        let state_dir = &loaded.settings.server.state_dir;
        let opened = Store::open(state_dir).inspect_err(|error| {
            tracing::error!(%error, hint = error.hint(), "no history can be kept");
        });
        let store = opened.ok();
        let audits = Audits::read(store.as_ref());
        let next = store.as_ref().and_then(|store| store.next_event().ok()).unwrap_or(1);
        let Known { observer, seed, before, is_first, mut gaps } =
            Known::read(store.as_ref(), loaded);
        let history = store.and_then(|store| {
            Writer::start(store)
                .inspect_err(|error| tracing::error!(%error, "no history can be kept"))
                .ok()
        });
        let alarms = alarms(loaded, state_dir);
        let forgotten = alarms.as_ref().and_then(Alarms::forgotten);
        gaps.extend(forgotten.map(|why| format!("alarms and silences were forgotten: {why}")));
        let inner = Inner {
            observer: Mutex::new(observer),
            firewall: Mutex::new(Firewall::new(&FirewallPlan::of(&loaded.settings))),
            history,
            state_dir: state_dir.clone(),
            began,
            goes_on: before.is_some(),
            gaps,
            alarms,
            is_watched: loaded.settings.server.watch,
            numbers: AtomicU64::new(next),
            lost: Mutex::default(),
            seed,
            in_force: Mutex::new(loaded.clone()),
            thread: Mutex::new(None),
            audits,
            ends: AtomicBool::new(false),
            judged_s: AtomicU64::new(now_s()),
        };
        let watching = Watching { inner: Arc::new(inner) };
        watching.keep(SEED, &seed.to_le_bytes());
        if is_first {
            // Before anything is served: what comes after a first start needs an approval.
            watching.keep_intent();
        }
        if let Some(before) = before {
            watching.compare(&before, &loaded.settings);
        }
        watching.keep_in_force(loaded);
        let (pools, digest) = (loaded.settings.pools.len(), &loaded.digest[..12]);
        watching.note(
            EventKind::Start,
            "",
            "",
            &format!("serves {pools} pool(s), digest {digest}"),
        );
        watching
    }

    /// The hash of clients, which stays the same from process to process.
    pub(super) fn mixer(&self) -> Mixer {
        Mixer::new(self.inner.seed)
    }

    /// Begins to judge what is measured.
    pub(super) fn follow(&self, measured: Receiver<Measured>) {
        let own = self.clone();
        let thread = Builder::new().name("watch".into()).spawn(move || own.run(&measured));
        match thread {
            Ok(thread) => *lock(&self.inner.thread) = Some(thread),
            Err(error) => tracing::error!(%error, "nobody watches"),
        }
        self.follow_audits();
    }

    /// A configuration was put in force, or was not.
    pub(super) fn reloaded(&self, loaded: &Loaded, who: &str) {
        let before = std::mem::replace(&mut *lock(&self.inner.in_force), loaded.clone());
        self.keep_in_force(loaded);
        let digest = &loaded.digest[..12];
        self.note(EventKind::Reload, "", who, &format!("reloaded, digest {digest}"));
        for difference in diff(&before.settings, &loaded.settings) {
            let Difference { pool, part, text } = difference;
            self.note(kind(part), &pool, who, &text);
        }
        lock(&self.inner.observer).put_in_force(loaded.settings.clone());
        if before.settings.firewall != loaded.settings.firewall {
            *lock(&self.inner.firewall) = Firewall::new(&FirewallPlan::of(&loaded.settings));
        }
        if let Some(alarms) = &self.inner.alarms
            && let Err(error) = alarms.reconfigure(&loaded.settings.alarms)
        {
            tracing::error!(%error, "not all receivers of alarms can be told");
        }
        self.inner.audits.wake();
    }

    /// A configuration was refused.
    pub(super) fn refused(&self, who: &str, why: &str) {
        let line = why.lines().next().unwrap_or_default();
        self.note(EventKind::ReloadFailed, "", who, line);
    }

    /// Ends the watch once the data path has ended, and keeps what it knows.
    pub(super) fn finish(&self) {
        self.note(EventKind::Stop, "", "signal", "stopped");
        self.inner.ends.store(true, Ordering::Relaxed);
        self.inner.audits.wake();
        let thread = lock(&self.inner.thread).take();
        if let Some(thread) = &thread {
            thread.thread().unpark();
        }
        // It ends with the data path, whose seconds it waits for.
        if let Some(thread) = thread.filter(JoinHandle::is_finished) {
            let _ = thread.join();
        }
        self.keep_known();
        if let Some(alarms) = &self.inner.alarms {
            alarms.finish();
        }
        if let Some(history) = &self.inner.history {
            let lost = history.finish(PATIENCE);
            if lost > 0 {
                tracing::error!(lost, "the history's disk is too slow: its last records are lost");
            }
        }
    }

    /// The alarms, where they can be kept.
    pub(super) fn kept_alarms(&self) -> Option<&Alarms> {
        self.inner.alarms.as_ref()
    }

    /// The last second that was judged, or that of the start, since the Unix epoch.
    pub(super) fn judged_at(&self) -> Option<f64> {
        let at_s = self.inner.judged_s.load(Ordering::Relaxed) as f64;
        self.inner.is_watched.then_some(at_s)
    }

    /// What is approved, and what is not.
    pub(super) fn intent_status(&self) -> IntentStatus {
        let observer = lock(&self.inner.observer);
        let Intent { digest, by, at, reason, .. } = observer.intent().clone();
        let unapproved = observer.unapproved().iter().map(|difference| difference.text.clone());
        IntentStatus { digest, by, at, reason, unapproved: unapproved.collect() }
    }

    /// What the history has of events since a moment.
    pub(super) fn happened(&self, since: f64) -> Result<Vec<Event>, String> {
        let store = Store::open_read_only(&self.inner.state_dir);
        let events = store.and_then(|store| store.events(since, f64::INFINITY, None));
        events.map_err(|error| error.to_string())
    }

    /// Somebody stands for the settings in force; what they are, in a line.
    pub(super) fn approve_in_force(&self, order: &ApprovalOrder) -> Result<String, String> {
        let by = order.by.trim();
        if by.is_empty() {
            return Err("it is not said who approves".to_owned());
        }
        let loaded = lock(&self.inner.in_force).clone();
        if !loaded.digest.starts_with(&order.digest) {
            let (wanted, there) = (&order.digest, &loaded.digest[..12]);
            return Err(format!("{wanted} is not in force any more: {there} is"));
        }
        lock(&self.inner.observer).approve(approved(&loaded, by, &order.reason));
        let unkept = if self.keep_intent() { "" } else { FORGOTTEN };
        Ok(format!("{by} approves {}{unkept}", &loaded.digest[..12]))
    }

    /// What is not kept is a gap that nobody would see later.
    fn unkept(&self) -> Option<Signal> {
        let are_new = precise_now() - self.inner.began < LOSING_S as f64;
        let mut whys = if are_new { self.inner.gaps.clone() } else { Vec::new() };
        if !lock(&self.inner.observer).intent().is_known() {
            whys.push(UNKNOWN.to_owned());
        }
        whys.extend(self.history_gap());
        let alarms = self.inner.alarms.as_ref().and_then(Alarms::unkept);
        whys.extend(alarms.map(|why| format!("alarms are not kept: {why}")));
        (!whys.is_empty()).then(|| Observer::unmeasured(whys.join("; ")))
    }

    fn history_gap(&self) -> Option<String> {
        let Some(history) = &self.inner.history else {
            return Some("no history is kept: the state directory cannot be used".to_owned());
        };
        let mut lost = lock(&self.inner.lost);
        let dropped = history.dropped();
        if dropped > lost.0 {
            *lost = (dropped, Some(now_s()));
        }
        lost.1.filter(|at_s| now_s().saturating_sub(*at_s) < LOSING_S)?;
        Some(format!("the history has lost {dropped} records"))
    }

    pub(super) fn note(&self, kind: EventKind, pool: &str, who: &str, what: &str) {
        self.put_down(Event {
            number: 0,
            at: precise_now(),
            kind,
            pool: pool.to_owned(),
            endpoint: String::new(),
            who: who.to_owned(),
            what: what.to_owned(),
        });
    }

    /// Puts something on the timeline.
    fn put_down(&self, mut event: Event) {
        self.number(&mut event);
        lock(&self.inner.observer).happened(event.clone());
        self.record(Record::Event(event));
    }

    fn number(&self, event: &mut Event) {
        event.number = self.inner.numbers.fetch_add(1, Ordering::Relaxed);
    }

    fn record(&self, record: Record) {
        if let Some(history) = &self.inner.history {
            history.submit(record);
        }
    }

    fn keep(&self, key: &str, body: &[u8]) {
        self.record(Record::Note { key: key.to_owned(), body: body.to_vec() });
    }

    /// Answers whether the next process will know it.
    fn keep_intent(&self) -> bool {
        let intent = serde_json::to_vec(lock(&self.inner.observer).intent());
        // Settings that were read can be written.
        let body = intent.unwrap_or_default();
        let note = Record::Note { key: INTENT.to_owned(), body };
        self.inner.history.as_ref().is_some_and(|history| history.keep(note, PATIENCE))
    }

    /// All that the next process must know: the history may have begun anew after damage.
    fn keep_known(&self) {
        self.keep_in_force(&lock(&self.inner.in_force).clone());
        let (clients, intent) = {
            let observer = lock(&self.inner.observer);
            // What this version cannot read is not replaced by anything but an approval.
            let intent = Some(observer.intent()).filter(|intent| intent.is_known());
            (observer.seen(), intent.and_then(|intent| serde_json::to_vec(intent).ok()))
        };
        self.keep(SEED, &self.inner.seed.to_le_bytes());
        if let Some(intent) = intent {
            self.keep(INTENT, &intent);
        }
        self.keep(CLIENTS, &clients);
    }
}

fn alarms(loaded: &Loaded, state_dir: &Path) -> Option<Alarms> {
    Alarms::start(&loaded.settings.alarms, state_dir)
        .inspect_err(|error| tracing::error!(%error, "nobody will be told of alarms"))
        .ok()
}

fn kind(part: Part) -> EventKind {
    match part {
        Part::Weights => EventKind::Weights,
        Part::Persistence => EventKind::Persistence,
        Part::Endpoints => EventKind::Endpoints,
        Part::Policy | Part::Other => EventKind::Reload,
    }
}

fn precise_now() -> f64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic while it is held leaves something whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
