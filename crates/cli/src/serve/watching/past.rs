//! What the history tells of the time before this process, so that a restart forgets nothing.

use std::time::{Duration, Instant};

use config::{Loaded, Settings, diff};
use ledger::Store;

use super::{Watching, kind, lock};

/// How long reading may take: seconds are measured meanwhile, and wait to be judged.
const READING_MAX: Duration = Duration::from_secs(5);
/// Events that are read, as many as are remembered.
const EVENTS: u32 = 500;
/// What is remembered second by second, and what is read at once of it.
const LATELY_S: u64 = 1800;
const LATELY_STEP_S: u64 = 300;
/// What a promise to users looks back on, in steps that are read at once.
const PROMISE_S: u64 = 3 * 86_400;
const PROMISE_STEP_S: u64 = 3600;
const MINUTE_S: u64 = 60;
/// Seconds before an alarm's first condition in which its trouble may have been under way.
const UNSURE_S: u64 = 25;

/// The note of the settings that are in force.
pub(super) const IN_FORCE: &str = "in_force";

impl Watching {
    /// Takes in what the history has. What of it cannot be read is not known, as before.
    pub(super) fn recall(&self) {
        let began = self.inner.began;
        let Ok(store) = Store::open_read_only(&self.inner.state_dir) else { return };
        let until = Instant::now() + READING_MAX;
        let pools: Vec<String> =
            lock(&self.inner.in_force).settings.pools.keys().cloned().collect();
        if self.inner.goes_on
            && let Ok(events) = store.latest_events(began, EVENTS)
            && let Some(first) = events.first().map(|event| event.at)
        {
            lock(&self.inner.observer).recall_events(events, first);
        }
        for pool in pools.iter().take_while(|_| Instant::now() < until) {
            self.recall_lately(&store, pool);
        }
        self.recall_answers(&store, &pools, until);
        self.expect(began as u64);
    }

    fn recall_lately(&self, store: &Store, pool: &str) {
        let end_s = self.inner.began as u64;
        let calm_until_s = self.calm_until_s(pool, end_s);
        lock(&self.inner.observer).was_calm_until(pool, calm_until_s);
        let start_s = end_s.saturating_sub(LATELY_S);
        for from_s in (start_s..end_s).step_by(LATELY_STEP_S as usize) {
            let to_s = (from_s + LATELY_STEP_S).min(end_s);
            let windows = store.windows(pool, from_s, to_s).unwrap_or_default();
            lock(&self.inner.observer).recall(pool, windows);
        }
    }

    /// The latest hours first: where time runs out, the oldest are not known.
    fn recall_answers(&self, store: &Store, pools: &[String], until: Instant) {
        let end_s = (self.inner.began as u64).saturating_sub(LATELY_S);
        for ago_s in (0..PROMISE_S).step_by(PROMISE_STEP_S as usize) {
            let to_s = end_s.saturating_sub(ago_s);
            for pool in pools {
                if Instant::now() > until {
                    tracing::warn!(hours = ago_s / 3600, "no more of the history was read in time");
                    return;
                }
                let from_s = to_s.saturating_sub(PROMISE_STEP_S);
                let minutes = store.summed(pool, from_s, to_s, MINUTE_S).unwrap_or_default();
                lock(&self.inner.observer).recall_answers(pool, &minutes);
            }
        }
    }

    /// When the trouble began that is still open, or now.
    fn calm_until_s(&self, pool: &str, now_s: u64) -> u64 {
        let Some(alarms) = self.kept_alarms() else { return now_s };
        let all = alarms.alarms().alarms.into_iter();
        let open = all.filter(|alarm| alarm.pool == pool && alarm.resolved_at.is_none());
        let began_s = open.map(|alarm| alarm.began_at as u64).min();
        began_s.map_or(now_s, |began_s| began_s.saturating_sub(UNSURE_S))
    }

    /// What was changed in the file while nobody served is a change all the same.
    pub(super) fn compare(&self, before: &Settings, now: &Settings) {
        for change in diff(before, &bare(now)) {
            let text = format!("{}, found at the start", change.text);
            self.note(kind(change.part), &change.pool, "", &text);
        }
    }

    /// Keeps what is in force for the next process.
    pub(super) fn keep_in_force(&self, loaded: &Loaded) {
        if let Ok(body) = serde_json::to_vec(&bare(&loaded.settings)) {
            self.keep(IN_FORCE, &body);
        }
    }
}

/// Settings without receivers of alarms: their secrets are not for the history.
pub(super) fn bare(settings: &Settings) -> Settings {
    Settings { alarms: config::Alarms::default(), ..settings.clone() }
}
