//! The alarms of a process, as everybody else uses them.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use evenness::{Cause, Signal};
use ledger::alarm::{AlarmsStatus, HeartbeatState, Matchers, ReceiverState};

use super::file::Found;
use super::pace::Pace;
use super::shared::{Phase, Shared, State};
use super::{beating, chance, file, keeping, sending};
use crate::notify::House;
use crate::watch::{AlarmEvent, Explained, Kept, Refusal, Watch};

/// How long the end waits for what is on its way, seconds.
const END_S: f64 = 5.0;

/// The alarms of a process. Cheap to clone; with the last clone the threads end, and what was
/// not yet written is lost unless [`Alarms::finish`] was called.
///
/// No call waits for a receiver, and none but [`Alarms::settled`] for the disk.
#[derive(Clone, Debug)]
pub struct Alarms {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    shared: Arc<Shared>,
    forgotten: Option<String>,
    keeper: Mutex<Option<JoinHandle<()>>>,
}

impl Alarms {
    /// Goes on from what is kept in the state directory, and begins to tell what is owed.
    ///
    /// A directory that cannot be used, or a file that cannot be read, is no error: people are
    /// told all the same, and [`Alarms::unkept`] and [`Alarms::forgotten`] say what is missing.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn start(settings: &config::Alarms, state_dir: &Path) -> io::Result<Alarms> {
        Alarms::start_at(settings, state_dir, Pace::default())
    }

    /// The same with a clock and seconds of its own.
    ///
    /// # Errors
    /// As [`Alarms::start`].
    pub fn start_at(settings: &config::Alarms, state_dir: &Path, pace: Pace) -> io::Result<Alarms> {
        let path = file::path(state_dir);
        let anew = || (Kept::new(mark()), Default::default(), 0);
        let (forgotten, (kept, queues, written)) = match file::read(&path) {
            Found::Whole(stored) => (None, (stored.watch, stored.queues, stored.written)),
            Found::Nothing => (None, anew()),
            Found::Damaged(why) => (Some(why), anew()),
        };
        let state = State {
            watch: Watch::new(settings.clone(), kept),
            settings: Arc::new(settings.clone()),
            house: Arc::new(House::of(settings)),
            queues,
            written,
            // Whether anything can be kept is found out before it must be.
            generation: 1,
            saved: 0,
            owed_since: Some(Instant::now()),
            unkept: String::new(),
            senders: BTreeSet::new(),
            stepped_at: None,
            heartbeat: HeartbeatState::default(),
            phase: Phase::Running,
        };
        let shared = Arc::new(Shared::new(state, pace, path));
        let keeper = thread("alarms", &shared, keeping::run)?;
        thread("alarms-heart", &shared, beating::run)?;
        let inner = Inner { shared, forgotten, keeper: Mutex::new(Some(keeper)) };
        let alarms = Alarms { inner: Arc::new(inner) };
        alarms.hire()?;
        Ok(alarms)
    }

    /// Takes in the conditions that hold now, all of them, and the diagnoses of that second; about
    /// once a second. `now`: seconds since the Unix epoch. Returns what happened, for the record.
    pub fn step(&self, now: f64, signals: &[Signal], explained: &[Explained]) -> Vec<AlarmEvent> {
        let at = self.inner.shared.pace.now();
        self.inner.shared.lock().stepped_at = Some(at);
        self.watched(now, |watch| watch.step_explained(now, signals, explained))
    }

    /// The same while nobody measures: what is missing is told, and all else stays as it was. It is
    /// no sign of life: a heartbeat says that conditions are seen.
    pub fn wait(&self, now: f64, missing: &[Signal]) -> Vec<AlarmEvent> {
        self.watched(now, |watch| watch.wait(now, missing))
    }

    /// All alarms, silences and receivers.
    pub fn alarms(&self) -> AlarmsStatus {
        let state = self.inner.shared.lock();
        let receiver = |receiver: &config::Receiver| {
            let kind = receiver.kinds().first().map_or("", |kind| kind.name());
            match state.queues.get(&receiver.name) {
                Some(queue) => queue.state(&receiver.name, kind),
                None => ReceiverState {
                    name: receiver.name.clone(),
                    kind: kind.to_owned(),
                    ..ReceiverState::default()
                },
            }
        };
        let mut receivers: Vec<ReceiverState> =
            state.settings.receivers.iter().map(receiver).collect();
        receivers.sort_by(|one, other| one.name.cmp(&other.name));
        let mut alarms = state.watch.alarms();
        alarms
            .iter_mut()
            .for_each(|alarm| alarm.symptoms.sort_by_key(|symptom| !symptom.spell.holds));
        AlarmsStatus {
            alarms,
            silences: state.watch.silences().to_vec(),
            receivers,
            heartbeat: state.settings.heartbeat.is_some().then(|| state.heartbeat.clone()),
            judged_at: None,
        }
    }

    /// Why alarms and silences from before this process were forgotten, where they were.
    pub fn forgotten(&self) -> Option<&str> {
        self.inner.forgotten.as_deref()
    }

    /// Why nothing can be kept for the next process, where it is so.
    pub fn unkept(&self) -> Option<String> {
        let state = self.inner.shared.lock();
        (!state.unkept.is_empty()).then(|| state.unkept.clone())
    }

    /// Waits until all that was said so far is on the disk, for as long as `patience` at most:
    /// what somebody was promised must outlive the process. Answers whether it is.
    pub fn settled(&self, patience: Duration) -> bool {
        let shared = &self.inner.shared;
        let until = Instant::now() + patience;
        let mut state = shared.lock();
        let wanted = state.generation;
        while state.saved < wanted {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = shared.wait(state, left);
        }
        state.unkept.is_empty()
    }

    /// Somebody takes an alarm.
    ///
    /// # Errors
    /// When no open alarm is called that, somebody has it, or it is not said who.
    pub fn acknowledge(&self, id: &str, who: &str, note: &str) -> Result<(), Refusal> {
        self.answer(|watch, now| watch.acknowledge(now, id, who, note))
    }

    /// Nobody has the alarm any more.
    ///
    /// # Errors
    /// When no open alarm is called that, nobody has it, or it is not said who asks.
    pub fn unacknowledge(&self, id: &str, who: &str) -> Result<(), Refusal> {
        self.answer(|watch, now| watch.unacknowledge(now, id, who))
    }

    /// Writes something down with an alarm.
    ///
    /// # Errors
    /// When no open alarm is called that, or it is not said who writes.
    pub fn note(&self, id: &str, who: &str, text: &str) -> Result<(), Refusal> {
        self.answer(|watch, now| watch.note(now, id, who, text))
    }

    /// The diagnosis names causes, the likeliest first, and says why.
    ///
    /// # Errors
    /// When no open alarm is called that.
    pub fn set_cause(&self, id: &str, causes: &[Cause], text: &str) -> Result<(), Refusal> {
        self.answer(|watch, now| watch.set_cause(now, id, causes, text))
    }

    /// Keeps alarms quiet until a time, seconds since the Unix epoch. Returns the silence's id.
    ///
    /// # Errors
    /// When it is not said of which alarms, by whom, why, or until when.
    pub fn silence(
        &self,
        matchers: Matchers,
        author: &str,
        reason: &str,
        expires_at: f64,
    ) -> Result<String, Refusal> {
        let now = self.inner.shared.pace.now();
        let made = self.change(now, |watch| {
            let (id, events) = watch.silence(now, matchers, author, reason, expires_at)?;
            Ok((events, id))
        });
        made.map(|(_, id)| id)
    }

    /// Ends a silence.
    ///
    /// # Errors
    /// When no silence in force is called that.
    pub fn unsilence(&self, id: &str) -> Result<(), Refusal> {
        self.answer(|watch, now| watch.unsilence(now, id))
    }

    /// Puts other settings in force. What waits for a receiver that is gone is given up.
    ///
    /// # Errors
    /// When a thread cannot be started for a new receiver.
    pub fn reconfigure(&self, settings: &config::Alarms) -> io::Result<()> {
        let mut state = self.inner.shared.lock();
        state.watch.reconfigure(settings.clone());
        state.settings = Arc::new(settings.clone());
        state.house = Arc::new(House::of(settings));
        let names: BTreeSet<&String> = settings.receivers.iter().map(|to| &to.name).collect();
        state.queues.retain(|name, _| names.contains(name));
        state.changed();
        drop(state);
        self.inner.shared.wake();
        self.hire()
    }

    /// Ends the threads. What is on its way may arrive within 5 s; what is not is kept, and told
    /// after the next start.
    pub fn finish(&self) {
        let shared = &self.inner.shared;
        shared.lock().phase = Phase::Ending;
        shared.wake();
        let until = Instant::now() + shared.pace.wait(END_S);
        let mut state = shared.lock();
        while !state.senders.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = shared.wait(state, left);
        }
        state.phase = Phase::Ended;
        drop(state);
        shared.wake();
        if self.inner.dismiss() {
            keeping::last(shared);
        }
    }

    /// Whether all is on the disk.
    #[cfg(test)]
    pub(super) fn is_kept(&self) -> bool {
        let state = self.inner.shared.lock();
        state.saved == state.generation
    }

    /// Every receiver has a thread.
    fn hire(&self) -> io::Result<()> {
        let shared = &self.inner.shared;
        let mut state = shared.lock();
        let settings = Arc::clone(&state.settings);
        for receiver in &settings.receivers {
            if !state.senders.insert(receiver.name.clone()) {
                continue;
            }
            let name = receiver.name.clone();
            let started =
                thread("alarms-sender", shared, move |shared| sending::run(shared, &name));
            if let Err(error) = started {
                state.senders.remove(&receiver.name);
                return Err(error);
            }
        }
        Ok(())
    }

    fn watched(
        &self,
        now: f64,
        step: impl FnOnce(&mut Watch) -> Vec<AlarmEvent>,
    ) -> Vec<AlarmEvent> {
        self.change(now, |watch| Ok((step(watch), ())))
            .map_or_else(|_| Vec::new(), |(events, ())| events)
    }

    fn answer(
        &self,
        ask: impl FnOnce(&mut Watch, f64) -> Result<Vec<AlarmEvent>, Refusal>,
    ) -> Result<(), Refusal> {
        let now = self.inner.shared.pace.now();
        self.change(now, |watch| Ok((ask(watch, now)?, ()))).map(drop)
    }

    /// Changes alarms, and writes down in the same breath who must be told.
    fn change<T>(
        &self,
        now: f64,
        act: impl FnOnce(&mut Watch) -> Result<(Vec<AlarmEvent>, T), Refusal>,
    ) -> Result<(Vec<AlarmEvent>, T), Refusal> {
        let mut state = self.inner.shared.lock();
        let before = state.watch.revision();
        let (events, value) = act(&mut state.watch)?;
        if state.watch.revision() != before {
            state.changed();
            state.post(now, &events);
            drop(state);
            self.inner.shared.wake();
        }
        Ok((events, value))
    }
}

/// Without an end that was asked for, threads end where they are, as they would be killed.
impl Drop for Inner {
    fn drop(&mut self) {
        self.shared.lock().phase = Phase::Ended;
        self.shared.wake();
        self.dismiss();
    }
}

impl Inner {
    /// Waits for the keeper, so that nobody else writes the file; says whether there was one.
    fn dismiss(&self) -> bool {
        let keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take();
        // One that panicked has said so.
        keeper.map(JoinHandle::join).is_some()
    }
}

fn thread(
    name: &str,
    shared: &Arc<Shared>,
    run: impl FnOnce(&Arc<Shared>) + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    let shared = Arc::clone(shared);
    Builder::new().name(name.to_owned()).spawn(move || run(&shared))
}

/// Some letters that no other balancer has.
fn mark() -> String {
    format!("{:08x}", chance::number() >> 32)
}
