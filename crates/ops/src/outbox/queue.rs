//! The queue of one receiver: in order, bounded, and honest about what it lost.

use std::collections::VecDeque;

use ledger::alarm::{Change, ReceiverState};
use serde::{Deserialize, Serialize};

use super::job::Job;

/// Notifications that may wait for a receiver.
const WAITING_MAX: usize = 1000;
/// What has been over for this long is news no more, seconds.
const OLDEST_S: f64 = 86_400.0;

/// How an attempt to deliver ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    Delivered,
    /// The receiver will never take it.
    Refused(String),
    /// It may take it later.
    Failed(String),
}

/// What one receiver has still to be told, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Queue {
    jobs: VecDeque<Job>,
    state: ReceiverState,
    /// The first job is on its way.
    #[serde(skip)]
    sending: bool,
}

impl Queue {
    /// Adds a notification. Of too many the oldest alarm that began and ended in the queue goes,
    /// then what only repeats or comments, then the oldest beginning.
    pub(crate) fn push(&mut self, job: Job) {
        self.jobs.push_back(job);
        if self.jobs.len() > WAITING_MAX {
            self.make_room();
        }
    }

    fn make_room(&mut self) {
        let first = usize::from(self.sending);
        let before = self.jobs.len();
        if let Some(key) = self.ended(first) {
            let mut at = 0;
            self.jobs.retain(|job| {
                at += 1;
                at <= first || job.notice.alarm.key != key
            });
        } else {
            // An end is kept longest: without it, who was told of the alarm waits for ever.
            let comment = |change| !matches!(change, Change::Fired | Change::Resolved);
            let oldest = |wanted: &dyn Fn(Change) -> bool| {
                self.jobs.iter().skip(first).position(|job| wanted(job.notice.change))
            };
            let found = oldest(&comment).or_else(|| oldest(&|change| change == Change::Fired));
            self.jobs.remove(first + found.unwrap_or_default());
        }
        self.state.dropped += (before - self.jobs.len()) as u64;
    }

    /// The oldest alarm that both began and ended here.
    fn ended(&self, first: usize) -> Option<String> {
        let waiting = || self.jobs.iter().skip(first);
        let ends = |key: &str| {
            waiting()
                .any(|job| job.notice.change == Change::Resolved && job.notice.alarm.key == key)
        };
        waiting()
            .filter(|job| job.notice.change == Change::Fired)
            .map(|job| &job.notice.alarm.key)
            .find(|key| ends(key))
            .cloned()
    }

    /// What is to be sent next, if its state is on the disk. An alarm that has been over for too
    /// long goes; of one that is not, the receiver hears whenever it is back.
    pub(crate) fn next(&mut self, now: f64, saved: u64) -> Option<Job> {
        while self.jobs.front().is_some_and(|job| self.is_past(&job.notice.alarm.key, now)) {
            self.jobs.pop_front();
            self.state.expired += 1;
        }
        let job = self.jobs.front().filter(|job| job.generation <= saved)?;
        self.sending = true;
        Some(job.clone())
    }

    fn is_past(&self, key: &str, now: f64) -> bool {
        let last = self.jobs.iter().rfind(|job| job.notice.alarm.key == key);
        last.is_some_and(|job| job.notice.change == Change::Resolved && now - job.since >= OLDEST_S)
    }

    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Takes in how an attempt ended.
    pub(crate) fn settle(&mut self, delivery: &str, outcome: &Outcome, now: f64) {
        self.sending = false;
        if !matches!(outcome, Outcome::Failed(_)) {
            self.jobs.retain(|job| job.delivery != delivery);
        }
        match outcome {
            Outcome::Delivered => {
                self.state.delivered += 1;
                self.state.delivered_at = Some(now);
                self.reached(String::new());
            }
            Outcome::Refused(why) => {
                self.state.refused += 1;
                self.reached(why.clone());
            }
            Outcome::Failed(why) => {
                self.state.failing_since.get_or_insert(now);
                self.state.last_error.clone_from(why);
            }
        }
    }

    fn reached(&mut self, last_error: String) {
        self.state.failing_since = None;
        self.state.last_error = last_error;
    }

    /// What is shown of it.
    pub(crate) fn state(&self, name: &str, kind: &str) -> ReceiverState {
        ReceiverState {
            name: name.to_owned(),
            kind: kind.to_owned(),
            waiting: self.jobs.len() as u64,
            ..self.state.clone()
        }
    }
}
