//! The thread that watches: second by second, and while no seconds come.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::park_timeout;
use std::time::Duration;

use evenness::Signal;
use ledger::{EventKind, Measured, Record};
use ops::watch::AlarmEvent;
use ops::{Judged, Observer};

use super::{Watching, lock, precise_now};
use crate::diagnose;
use crate::moment::now_s;

/// Without a second measured for so long something is wrong.
const SILENT_MAX: Duration = Duration::from_secs(3);
/// Seconds between two looks at what past weeks promise, and between two savings of what is known.
const EXPECT_S: u64 = 60;
const SAVE_S: u64 = 300;

/// Who measures can only be had again with another process.
const GONE: &str = "the thread that measures is gone: nothing is judged until a restart";

impl Watching {
    pub(super) fn run(&self, measured: &Receiver<Measured>) {
        self.recall();
        let mut last_s = now_s();
        while !self.ends() {
            match measured.recv_timeout(SILENT_MAX) {
                Ok(second) => {
                    last_s = second.at_s;
                    self.judge(second);
                    self.inner.judged_s.store(last_s, Ordering::Relaxed);
                }
                Err(RecvTimeoutError::Timeout) => {
                    let silent_s = now_s().saturating_sub(last_s) as f64;
                    // Whoever waits looks at the observer, too.
                    let missing = lock(&self.inner.observer).silence(silent_s);
                    self.wait(missing);
                }
                Err(RecvTimeoutError::Disconnected) => return self.run_blind(),
            }
        }
    }

    /// Goes on without anybody who measures. That ends with the data path too, a moment before the
    /// process does.
    fn run_blind(&self) {
        park_timeout(SILENT_MAX);
        if !self.ends() {
            tracing::error!("{GONE}");
        }
        while !self.ends() {
            self.wait(vec![Observer::unmeasured(GONE.to_owned())]);
            park_timeout(SILENT_MAX);
        }
    }

    fn ends(&self) -> bool {
        self.inner.ends.load(Ordering::Relaxed)
    }

    fn judge(&self, mut second: Measured) {
        let at_s = second.at_s;
        for event in &mut second.events {
            self.number(event);
            self.record(Record::Event(event.clone()));
        }
        lock(&self.inner.firewall).poll(at_s);
        if at_s.is_multiple_of(EXPECT_S) {
            self.expect(at_s);
        }
        if at_s.is_multiple_of(SAVE_S) {
            self.keep_known();
        }
        let Judged { mut signals, diagnoses, windows } = {
            let mut sight = |from_s, until_s| self.sight(from_s, until_s);
            lock(&self.inner.observer).step(second, &mut sight)
        };
        for (pool, window) in windows {
            self.record(Record::Window { pool, window });
        }
        signals.extend(self.unkept());
        signals.extend(self.audit_signals());
        let Some(alarms) = &self.inner.alarms else { return };
        self.write_down(&alarms.step(precise_now(), &signals, &diagnose::explained(&diagnoses)));
    }

    /// Nobody measures: alarms stay as they are, and what is missing is told.
    fn wait(&self, mut missing: Vec<Signal>) {
        missing.extend(self.unkept());
        let Some(alarms) = &self.inner.alarms else { return };
        self.write_down(&alarms.wait(precise_now(), &missing));
    }

    fn write_down(&self, events: &[AlarmEvent]) {
        for event in events.iter().filter(|event| !event.alarm.id.is_empty()) {
            let (id, pool) = (&event.alarm.id, &event.alarm.pool);
            let word = format!("{:?}", event.change).to_lowercase();
            // A diagnosis is a page; its first line names the causes.
            let what = event.text.lines().next().unwrap_or_default();
            self.note(EventKind::Alarm, pool, "", &format!("{id} {word}: {what}"));
            tracing::warn!(alarm = %id, %pool, "{word}: {what}");
        }
    }
}
