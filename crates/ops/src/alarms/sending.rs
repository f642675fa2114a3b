//! The thread of one receiver: sends its queue in order, and tries again until it arrives.

use std::sync::{Arc, MutexGuard};

use config::{Receiver, ReceiverKind};
use evenness::Cause;
use ledger::alarm::AlarmRecord;

use super::chance;
use super::shared::{Phase, Shared, State};
use crate::notify::{Failure, House, Http, Parcel, deliver, repeat};
use crate::outbox::{Backoff, Job, Outcome};

/// An Alertmanager hears of firing alarms this often, seconds.
const REPEAT_S: f64 = 60.0;
/// An idle thread looks at the clock this often, seconds; every change wakes it anyway.
const LOOK_S: f64 = 5.0;

/// What to do next.
enum Task {
    Send(Box<Job>),
    Repeat(Vec<(AlarmRecord, Option<Cause>)>),
}

/// Sends until the end, or until the receiver is configured no more.
pub(super) fn run(shared: &Arc<Shared>, name: &str) {
    let http = Http::new();
    let repeated_at = shared.pace.now();
    let mut sender = Sender { shared, name, http, backoff: Backoff::default(), repeated_at };
    while let Some((task, receiver, house)) = sender.wait() {
        sender.perform(task, &receiver, &house);
    }
    let mut state = shared.lock();
    state.senders.remove(name);
    shared.wake();
}

struct Sender<'s> {
    shared: &'s Arc<Shared>,
    name: &'s str,
    http: Http,
    backoff: Backoff,
    /// When firing alarms were last told again.
    repeated_at: f64,
}

impl Sender<'_> {
    /// Waits for something to do; `None`: nothing ever again.
    fn wait(&mut self) -> Option<(Task, Receiver, Arc<House>)> {
        let mut state = self.shared.lock();
        loop {
            if state.phase != Phase::Running {
                return None;
            }
            let receiver = state.receiver(self.name)?;
            if let Some(task) = self.task(&mut state, &receiver) {
                return Some((task, receiver, Arc::clone(&state.house)));
            }
            let limit = self.shared.pace.wait(LOOK_S);
            state = self.shared.wait(state, limit);
        }
    }

    fn task(&mut self, state: &mut State, receiver: &Receiver) -> Option<Task> {
        let now = self.shared.pace.now();
        let saved = state.released();
        let queue = state.queues.entry(self.name.to_owned()).or_default();
        if let Some(job) = queue.next(now, saved) {
            return Some(Task::Send(Box::new(job)));
        }
        let knows = matches!(receiver.kinds().first(), Some(ReceiverKind::Alertmanager(_)));
        let due = !(0.0..REPEAT_S).contains(&(now - self.repeated_at));
        // What waits is told first: an alarm that it ends must not be told again.
        if !knows || !due || !queue.is_empty() {
            return None;
        }
        self.repeated_at = now;
        let firing = state.watch.told(self.name);
        (!firing.is_empty()).then_some(Task::Repeat(firing))
    }

    fn perform(&mut self, task: Task, receiver: &Receiver, house: &Arc<House>) {
        let now = self.shared.pace.now();
        match task {
            Task::Send(job) => {
                let parcel = Parcel {
                    notice: &job.notice,
                    delivery: &job.delivery,
                    receiver: self.name,
                    house,
                    now,
                };
                let outcome = Failure::outcome(deliver(receiver, &parcel, &self.http));
                self.settle(&job, &outcome);
            }
            Task::Repeat(firing) => {
                let Some(ReceiverKind::Alertmanager(to)) = receiver.kinds().first().copied() else {
                    return;
                };
                if let Err(failure) = repeat(to, &firing, house, now, &self.http) {
                    let why = failure.why();
                    tracing::warn!(receiver = self.name, "firing alarms were not repeated: {why}");
                }
            }
        }
    }

    fn settle(&mut self, job: &Job, outcome: &Outcome) {
        let now = self.shared.pace.now();
        let mut state = self.shared.lock();
        let queue = state.queues.entry(self.name.to_owned()).or_default();
        let before = queue.state("", "").failing_since;
        queue.settle(&job.delivery, outcome, now);
        self.report(job, outcome, before.is_some());
        if let Outcome::Failed(_) = outcome {
            let wait_s = self.backoff.failed(chance::fraction());
            drop(self.rest(state, wait_s));
            return;
        }
        self.backoff.reached();
        state.changed();
        self.shared.wake();
    }

    /// Waits out a pause, whatever happens meanwhile but the end.
    fn rest<'g>(&self, mut state: MutexGuard<'g, State>, wait_s: f64) -> MutexGuard<'g, State> {
        let until = std::time::Instant::now() + self.shared.pace.wait(wait_s);
        while state.phase == Phase::Running {
            let left = until.saturating_duration_since(std::time::Instant::now());
            if left.is_zero() {
                break;
            }
            state = self.shared.wait(state, left);
        }
        state
    }

    /// One line when a receiver is lost, one when it is back, and one for all that is given up.
    fn report(&self, job: &Job, outcome: &Outcome, failing: bool) {
        let (receiver, alarm) = (self.name, &job.notice.alarm.id);
        match outcome {
            Outcome::Refused(why) => {
                tracing::error!(receiver, alarm, "a notification was refused for good: {why}");
            }
            Outcome::Failed(why) if !failing => {
                tracing::warn!(receiver, alarm, "a notification waits for its receiver: {why}");
            }
            Outcome::Delivered if failing => {
                tracing::info!(receiver, alarm, "a receiver is back");
            }
            Outcome::Failed(_) | Outcome::Delivered => {}
        }
    }
}
