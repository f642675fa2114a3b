//! The thread that audits: at the start, after every reload, and when the schedule says so.

use std::sync::atomic::Ordering;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::Builder;
use std::time::Duration;

use config::{LevelName, Loaded, Schedule};
use evenness::Signal;
use ledger::{AuditRun, AuditStatus, EventKind, Record, Store};
use ops::audits::{Changes, History, Looked};

use super::{PATIENCE, Watching, lock, precise_now};
use crate::audited::{self, Target};
use crate::moment::now_s;

const AUDITS: &str = "audits";

/// The clock may be set while one waits: so long is waited at most, and then looked at it again.
const LOOK: Duration = Duration::from_secs(30);

/// The least that a thread can ask for.
const POLITE: i32 = 19;

/// What audits found, and when the next one is.
#[derive(Default)]
pub(super) struct Audits {
    state: Mutex<State>,
    woken: Condvar,
}

#[derive(Default)]
struct State {
    history: History,
    next_s: Option<u64>,
    /// Somebody wants one now.
    is_due: bool,
}

impl Audits {
    /// Goes on from what is kept.
    pub(super) fn read(store: Option<&Store>) -> Audits {
        let note = store.and_then(|store| store.note(AUDITS).ok().flatten());
        let kept: Option<AuditStatus> = note.and_then(|note| serde_json::from_slice(&note).ok());
        let state = State { history: History::of(kept.unwrap_or_default()), ..State::default() };
        Audits { state: Mutex::new(state), woken: Condvar::new() }
    }

    /// What stands now, as conditions.
    pub(super) fn signals(&self, from: LevelName) -> Vec<Signal> {
        lock(&self.state).history.signals(from)
    }

    fn status(&self) -> AuditStatus {
        let state = lock(&self.state);
        state.history.status(state.next_s.map(|next_s| next_s as f64))
    }

    /// Has the thread look at once.
    pub(super) fn wake(&self) {
        lock(&self.state).is_due = true;
        self.woken.notify_all();
    }

    /// Waits until an audit is due. The schedule is asked anew each time: it may be another one.
    fn wait(&self, next: impl Fn(u64) -> Option<u64>, ends: impl Fn() -> bool) {
        let from_s = now_s();
        let mut state = lock(&self.state);
        state.next_s = next(from_s);
        while !state.is_due && !ends() {
            if state.next_s.is_some_and(|next_s| next_s <= now_s()) {
                break;
            }
            let waited = self.woken.wait_timeout(state, LOOK);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.is_due = false;
    }
}

impl Watching {
    /// What audits found.
    pub(in crate::serve) fn audits_status(&self) -> AuditStatus {
        self.inner.audits.status()
    }

    /// What stands, as far as it is to be an alarm.
    pub(super) fn audit_signals(&self) -> Vec<Signal> {
        let from = lock(&self.inner.in_force).settings.audit.alarm_level;
        self.inner.audits.signals(from)
    }

    /// Begins to audit.
    pub(super) fn follow_audits(&self) {
        let own = self.clone();
        let thread = Builder::new().name("audit".into()).spawn(move || own.audit_on());
        if let Err(error) = thread {
            tracing::error!(%error, "nothing is audited");
        }
    }

    fn audit_on(&self) {
        // Users come first: a log of a day is read when nobody else wants the processor. On Linux
        // this is about the calling thread alone.
        let _ = rustix::process::setpriority_process(None, POLITE);
        let ends = || self.inner.ends.load(Ordering::Relaxed);
        while !ends() {
            let loaded = lock(&self.inner.in_force).clone();
            let schedule = schedule(&loaded);
            if schedule.is_some() {
                self.audit_all(&loaded);
            } else {
                lock(&self.inner.audits.state).history.keep_only(&[]);
            }
            let next = |at_s| schedule.as_ref().and_then(|schedule| schedule.after(at_s));
            self.inner.audits.wait(next, ends);
        }
    }

    fn audit_all(&self, loaded: &Loaded) {
        let targets = Target::all(loaded);
        let names: Vec<&str> = targets.iter().map(|target| target.name.as_str()).collect();
        lock(&self.inner.audits.state).history.keep_only(&names);
        for target in &targets {
            let looked = audited::look(target, loaded);
            self.take_audit(&target.name, looked);
        }
        let body = serde_json::to_vec(&self.inner.audits.status()).unwrap_or_default();
        let note = Record::Note { key: AUDITS.to_owned(), body };
        // Since when something stands must outlive a kill: the next audit may be a day away.
        let history = self.inner.history.as_ref();
        if !history.is_some_and(|history| history.keep(note, PATIENCE)) {
            tracing::error!("what audits found cannot be kept");
        }
    }

    fn take_audit(&self, target: &str, looked: Result<Looked, String>) {
        let at = precise_now();
        let mut state = lock(&self.inner.audits.state);
        let changes = match looked {
            Ok(looked) => {
                if let Some(why) = &looked.missed {
                    tracing::error!(target, "not all of it could be audited: {why}");
                }
                state.history.take(target, at, &looked)
            }
            Err(why) => {
                state.history.fail(target, at, &why);
                drop(state);
                tracing::error!(target, "the audit failed: {why}");
                return;
            }
        };
        let run = state.history.runs().find(|run| run.target == target).cloned();
        drop(state);
        if let Some(run) = run {
            self.tell_audit(&run, &changes);
        }
    }

    /// Writes down what is new and what is gone; an audit that changed nothing is no event.
    fn tell_audit(&self, run: &AuditRun, changes: &Changes) {
        let AuditRun { target, found, new, gone, .. } = run;
        tracing::info!(target, found, new, gone, "audited");
        for record in &changes.new {
            let what = format!("{} {}: {}", record.rule, record.place, record.what);
            self.note(EventKind::Audit, target, "", &format!("found {what}"));
        }
        for record in &changes.gone {
            let what = format!("{} {}: {}", record.rule, record.place, record.what);
            self.note(EventKind::Audit, target, "", &format!("gone {what}"));
        }
    }
}

/// The file was checked: a schedule in it is one.
fn schedule(loaded: &Loaded) -> Option<Schedule> {
    loaded.settings.audit.schedule.as_deref().and_then(|text| Schedule::parse(text).ok())
}
