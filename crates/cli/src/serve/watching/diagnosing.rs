//! Has the observer's diagnoses made, with all that it cannot know by itself.

use std::collections::BTreeMap;

use evenness::Covers;
use evenness::diagnosis::Firewall as Sight;
use ledger::{DiagnosisRecord, Store};

use super::{Watching, lock};
use crate::diagnose;
use crate::moment::now_s;

/// So long ago is not now, seconds: limits are those of the last second.
const NOW_S: u64 = 3;
/// What is so long past is in the history, seconds.
const WRITTEN_S: u64 = 10;
/// Seconds before a stretch of time that tell what the firewall usually drops.
const USUAL_S: u64 = 600;

impl Watching {
    /// What is probably the matter with every pool, or with one, now or at a moment.
    pub(in crate::serve) fn diagnose(
        &self,
        pool: Option<&str>,
        at_s: Option<u64>,
    ) -> Vec<DiagnosisRecord> {
        let mut sight = |from_s, until_s| self.sight(from_s, until_s);
        // The second that is running is not measured yet.
        let now_s = now_s().saturating_sub(1);
        match at_s.filter(|&at_s| at_s <= now_s.saturating_sub(NOW_S)) {
            Some(at_s) => {
                // It has a moment more finely than memory, and what was before its trouble.
                let kept = (at_s <= now_s.saturating_sub(WRITTEN_S))
                    .then(|| diagnose::kept(&self.inner.state_dir, pool, at_s, &mut sight));
                if let Some(Ok(found)) =
                    kept.filter(|kept| kept.as_ref().is_ok_and(|found| !found.is_empty()))
                {
                    return found;
                }
                let expected = self.expected(at_s);
                lock(&self.inner.observer).diagnose_past(pool, at_s, &expected, &mut sight)
            }
            None => {
                let at_s = at_s.unwrap_or(now_s);
                lock(&self.inner.observer).diagnose(pool, at_s, &mut sight)
            }
        }
    }

    /// Tells the observer what past weeks promise for this hour.
    pub(super) fn expect(&self, at_s: u64) {
        let expected = self.expected(at_s);
        let mut observer = lock(&self.inner.observer);
        for pool in lock(&self.inner.in_force).settings.pools.keys() {
            observer.expect(pool, expected.get(pool).copied());
        }
    }

    /// First attempts per second that past weeks promise at a moment, by pool.
    fn expected(&self, at_s: u64) -> BTreeMap<String, f64> {
        let Ok(store) = Store::open_read_only(&self.inner.state_dir) else {
            return BTreeMap::new();
        };
        let in_force = lock(&self.inner.in_force).settings.clone();
        let rate = |pool: String| {
            let baseline = store.baseline(&pool, at_s).ok().flatten()?;
            Some((pool, baseline.expected_rate))
        };
        in_force.pools.into_keys().filter_map(rate).collect()
    }

    /// What the firewall's logs say of a stretch of time.
    pub(super) fn sight(&self, from_s: u64, until_s: u64) -> Sight {
        let firewall = lock(&self.inner.firewall);
        let look = |from_s, until_s| {
            let (window, coverage) = firewall.window(from_s, until_s);
            let covered = match coverage.covers(from_s, until_s) {
                Covers::Full => 1.0,
                Covers::Part(part) => part,
                Covers::None => 0.0,
            };
            (window, covered, coverage.limited())
        };
        let (window, coverage, is_limited) = look(from_s, until_s);
        let (before, covered, _) = look(from_s.saturating_sub(USUAL_S), from_s);
        Sight {
            coverage,
            drops_rate: window.dropped_per_s(),
            usual_drops_rate: (covered > 0.0).then(|| before.dropped_per_s() / covered),
            sources: window.sources(),
            is_limited,
        }
    }
}
