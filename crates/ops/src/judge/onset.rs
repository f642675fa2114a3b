//! When trouble began, when it last grew worse, and what the pool was like before.

use evenness::{PoolWindow, SignalKind};

/// Seconds without a sign after which the next one is a bout of its own, and after which trouble is
/// over.
pub(super) const QUIET_S: Quiet = Quiet { bout: 20, over: 60 };

/// Seconds without a sign, and what they end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quiet {
    pub(super) bout: u64,
    pub(super) over: u64,
}

/// Trouble under way.
#[derive(Clone, Debug)]
pub(super) struct Onset {
    at_s: u64,
    /// The first sign of the latest bout.
    bout_s: u64,
    /// When something was wrong in this bout that was not before.
    news_s: u64,
    last_s: u64,
    /// What was wrong in this bout.
    kinds: Vec<SignalKind>,
    usual: Option<PoolWindow>,
}

impl Onset {
    /// What becomes of it in a second with a sign, which may be of no kind, or without one.
    pub(super) fn next(
        known: Option<Onset>,
        sign: Option<&[SignalKind]>,
        now_s: u64,
        quiet: Quiet,
        usual: impl FnOnce() -> Option<PoolWindow>,
    ) -> Option<Onset> {
        let goes_on = |onset: &Onset| now_s.saturating_sub(onset.last_s) < quiet.over;
        let known = known.filter(|onset| sign.is_some() || goes_on(onset));
        let Some(kinds) = sign else { return known };
        let mut onset = known.unwrap_or_else(|| Onset {
            at_s: now_s,
            bout_s: now_s,
            news_s: now_s,
            last_s: now_s,
            kinds: Vec::new(),
            usual: usual(),
        });
        onset.show(kinds, now_s, quiet);
        Some(onset)
    }

    fn show(&mut self, kinds: &[SignalKind], now_s: u64, quiet: Quiet) {
        if now_s.saturating_sub(self.last_s) >= quiet.bout {
            self.kinds.clear();
            (self.bout_s, self.news_s) = (now_s, now_s);
        }
        self.last_s = now_s;
        for kind in kinds {
            if !self.kinds.contains(kind) {
                self.kinds.push(*kind);
                self.news_s = now_s;
            }
        }
    }

    /// Its first sign, seconds since the Unix epoch.
    pub(super) fn at_s(&self) -> u64 {
        self.at_s
    }

    /// The first sign of what is wrong at a moment: after a pause, that may be something else.
    pub(super) fn bout_s(&self, at_s: u64) -> u64 {
        if self.bout_s <= at_s { self.bout_s } else { self.at_s }
    }

    /// When it grew worse last, up to a moment.
    pub(super) fn news_s(&self, at_s: u64) -> u64 {
        if self.news_s <= at_s { self.news_s } else { self.bout_s(at_s) }
    }

    /// Until when it lasts, as far as it is known: without another sign it is over then.
    pub(super) fn until_s(&self) -> u64 {
        self.last_s + QUIET_S.over
    }

    /// The minutes before it, where enough of them were measured.
    pub(super) fn usual(&self) -> Option<&PoolWindow> {
        self.usual.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: a second fault is dated to itself, and what begun it all is not forgotten. Method:
    /// signs at some seconds, written as one reads them.
    #[test]
    fn signs_after_a_pause_are_a_bout_of_their_own() {
        use SignalKind::{ErrorBurn, Unevenness};
        let check = |signs: &[(u64, SignalKind)], at_s: u64, expected: Option<(u64, u64, u64)>| {
            let mut onset = None;
            for now_s in 0..=at_s {
                let now: Vec<SignalKind> =
                    signs.iter().filter(|sign| sign.0 == now_s).map(|sign| sign.1).collect();
                let sign = (!now.is_empty()).then_some(&now[..]);
                onset = Onset::next(onset, sign, now_s, QUIET_S, || None);
            }
            let seen = onset.map(|o| (o.at_s(), o.bout_s(at_s), o.news_s(at_s)));
            assert_eq!(seen, expected, "{signs:?} at {at_s}");
        };
        check(&[], 9, None);
        check(&[(3, ErrorBurn)], 9, Some((3, 3, 3)));
        check(&[(3, ErrorBurn)], 63, None);
        check(&[(3, ErrorBurn), (22, ErrorBurn)], 22, Some((3, 3, 3)));
        check(&[(3, ErrorBurn), (22, Unevenness)], 22, Some((3, 3, 22)));
        check(&[(3, ErrorBurn), (23, ErrorBurn)], 40, Some((3, 23, 23)));
        check(&[(3, ErrorBurn), (63, ErrorBurn)], 63, Some((3, 63, 63)));
    }
}
