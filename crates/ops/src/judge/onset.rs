//! When trouble began, and what the pool was like before.

use evenness::PoolWindow;

use super::series::Series;

/// Seconds before the first sign in which it may have been under way: some signs take two windows
/// of ten seconds. Of a short past it is less.
const UNSURE_S: [u64; 2] = [25, 3];
/// Seconds without a sign after which trouble is over.
const QUIET_S: u64 = 60;
/// Seconds that tell what is usual, at least.
const USUAL_S_MIN: f64 = 10.0;

/// Trouble under way.
#[derive(Clone, Debug)]
pub(super) struct Onset {
    at_s: u64,
    last_s: u64,
    usual: Option<PoolWindow>,
}

impl Onset {
    /// What becomes of it in a second with or without a sign.
    pub(super) fn next(
        known: Option<Onset>,
        is_sign: bool,
        now_s: u64,
        series: &Series,
    ) -> Option<Onset> {
        match known {
            Some(onset) if is_sign => Some(Onset { last_s: now_s, ..onset }),
            Some(onset) if now_s.saturating_sub(onset.last_s) < QUIET_S => Some(onset),
            _ => is_sign.then(|| Onset {
                at_s: now_s,
                last_s: now_s,
                usual: UNSURE_S.into_iter().find_map(|unsure_s| {
                    series.before(now_s.saturating_sub(unsure_s), USUAL_S_MIN)
                }),
            }),
        }
    }

    /// Its first sign, seconds since the Unix epoch.
    pub(super) fn at_s(&self) -> u64 {
        self.at_s
    }

    /// Until when it lasts, as far as it is known: without another sign it is over then.
    pub(super) fn until_s(&self) -> u64 {
        self.last_s + QUIET_S
    }

    /// The minutes before it, where enough of them were measured.
    pub(super) fn usual(&self) -> Option<&PoolWindow> {
        self.usual.as_ref()
    }
}
