//! A state directory, a clock, and settings: what outlives a process.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use config::{AlarmRoute, Alertmanager, Receiver, Secret, Webhook};
use tempfile::TempDir;

use crate::alarms::{Alarms, Pace};
use crate::notify::tests::Taker;
use crate::watch::tests::scene::{START, signals};

/// Threads wait this long for a second.
const SECOND: Duration = Duration::from_millis(1);
/// A test that waits for longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Site {
    pub(super) folder: TempDir,
    pub(super) state: PathBuf,
    clock_ms: Arc<AtomicU64>,
    pub(super) settings: config::Alarms,
}

impl Site {
    /// Every alarm goes to all of these.
    pub(super) fn new(receivers: Vec<Receiver>) -> Site {
        let folder = TempDir::new().unwrap();
        Site {
            state: folder.path().to_owned(),
            folder,
            clock_ms: Arc::new(AtomicU64::new((START * 1000.0) as u64)),
            settings: settings(receivers),
        }
    }

    /// A process begins.
    pub(super) fn start(&self) -> Alarms {
        let clock = Arc::clone(&self.clock_ms);
        let now = move || clock.load(Ordering::SeqCst) as f64 / 1000.0;
        let pace = Pace::new(now, SECOND);
        Alarms::start_at(&self.settings, &self.state, pace).unwrap()
    }

    /// Time passes in which nobody takes a step.
    pub(super) fn pass(&self, seconds: u64) {
        self.clock_ms.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub(super) fn now(&self) -> f64 {
        self.clock_ms.load(Ordering::SeqCst) as f64 / 1000.0
    }

    /// The conditions hold for so many seconds.
    pub(super) fn hold(&self, alarms: &Alarms, seconds: usize, words: &str) {
        for _ in 0..seconds {
            self.pass(1);
            alarms.step(self.now(), &signals(words), &[]);
        }
    }
}

pub(super) fn settings(receivers: Vec<Receiver>) -> config::Alarms {
    let names = receivers.iter().map(|receiver| receiver.name.clone()).collect();
    let all = AlarmRoute { receivers: names, ..AlarmRoute::default() };
    config::Alarms {
        instance: Some("lb1".into()),
        receivers,
        routes: vec![all],
        ..config::Alarms::default()
    }
}

pub(super) fn webhook(name: &str, taker: &Taker) -> Receiver {
    let webhook = Some(Webhook { url: Secret::new(taker.url()) });
    Receiver { name: name.into(), webhook, ..Receiver::default() }
}

pub(super) fn alertmanager(name: &str, port: u16) -> Receiver {
    let urls = vec![format!("http://127.0.0.1:{port}")];
    Receiver { name: name.into(), alertmanager: Some(Alertmanager { urls }), ..Receiver::default() }
}

/// What changed, in the words of the notification.
pub(super) fn change(got: &serde_json::Value) -> String {
    got["evenkeel"]["change"].as_str().unwrap_or_default().to_owned()
}

/// Waits until it is so.
#[track_caller]
pub(super) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "never: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}
