//! When trouble began, when it last grew worse, and what the pool was like before.

use evenness::{PoolWindow, SignalKind};

/// Seconds without a sign after which the next one is a bout of its own, and after which trouble is
/// over.
pub(super) const QUIET_S: Quiet = Quiet { bout: 20, over: 60 };

/// As many seconds of many who ask, and of nothing wrong, are what is usual now: whoever serves all
/// day after a night of nobody is not in trouble.
const USUAL_S: u64 = 3600;

/// Seconds without a sign, and what they end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quiet {
    pub(super) bout: u64,
    pub(super) over: u64,
}

/// Why somebody should look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sign<'a> {
    /// What is wrong.
    pub(super) kinds: &'a [SignalKind],
    /// Whether something else is: many who ask are not that yet.
    pub(super) fails: bool,
}

impl Sign<'_> {
    fn is_wrong(self) -> bool {
        self.fails || !self.kinds.is_empty()
    }
}

/// Trouble under way.
#[derive(Clone, Debug)]
pub(super) struct Onset {
    at_s: u64,
    /// The first sign of the latest bout.
    bout_s: u64,
    last_s: u64,
    /// When something was wrong last; its first sign, where nothing was.
    wrong_s: u64,
    /// What went wrong in this bout, and when it did first: of no kind where that was all.
    wrong: Vec<(Option<SignalKind>, u64)>,
    usual: Option<PoolWindow>,
}

impl Onset {
    /// What becomes of it in a second with a sign, or without one.
    pub(super) fn next(
        known: Option<Onset>,
        sign: Option<Sign<'_>>,
        now_s: u64,
        quiet: Quiet,
        usual: impl FnOnce() -> Option<PoolWindow>,
    ) -> Option<Onset> {
        let goes_on = |onset: &Onset| now_s.saturating_sub(onset.last_s) < quiet.over;
        let known = known.filter(|onset| sign.is_some() || goes_on(onset));
        let Some(sign) = sign else { return known };
        let known = known.filter(|onset| !onset.is_usual(sign, now_s));
        let mut onset = known.unwrap_or_else(|| Onset {
            at_s: now_s,
            bout_s: now_s,
            last_s: now_s,
            wrong_s: now_s,
            wrong: Vec::new(),
            usual: usual(),
        });
        onset.show(sign, now_s, quiet);
        Some(onset)
    }

    fn show(&mut self, sign: Sign<'_>, now_s: u64, quiet: Quiet) {
        if now_s.saturating_sub(self.last_s) >= quiet.bout {
            self.wrong.clear();
            self.bout_s = now_s;
        }
        self.last_s = now_s;
        if sign.is_wrong() {
            self.wrong_s = now_s;
        }
        for kind in sign.kinds {
            if !self.wrong.iter().any(|(known, _)| *known == Some(*kind)) {
                self.wrong.push((Some(*kind), now_s));
            }
        }
        if sign.is_wrong() && self.wrong.is_empty() {
            self.wrong.push((None, now_s));
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

    /// When it grew worse last, up to a moment; the moment itself as long as nothing is wrong.
    pub(super) fn news_s(&self, at_s: u64) -> u64 {
        if self.bout_s > at_s {
            return self.at_s;
        }
        let until =
            self.wrong.iter().map(|(_, since_s)| *since_s).filter(|since_s| *since_s <= at_s);
        until.max().unwrap_or(at_s)
    }

    /// Until when it lasts, as far as it is known: without another sign it is over then.
    pub(super) fn until_s(&self) -> u64 {
        self.last_s + QUIET_S.over
    }

    /// Whether it has been harmless for so long that it is what is usual now.
    pub(super) fn is_usual(&self, sign: Sign<'_>, now_s: u64) -> bool {
        !sign.is_wrong() && now_s.saturating_sub(self.wrong_s) >= USUAL_S
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
                let sign = Sign { kinds: &now, fails: false };
                let sign = (!now.is_empty()).then_some(sign);
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

    /// Goal: what is changed while many ask, and nothing is wrong yet, is not taken for too late.
    #[test]
    fn nothing_is_wrong_where_many_ask() {
        let many = Sign { kinds: &[], fails: false };
        let fails = Sign { fails: true, ..many };
        let uneven = Sign { kinds: &[SignalKind::Unevenness], ..many };
        let mut onset = None;
        for (at_s, sign, expected) in [(3, many, 3), (9, many, 9), (12, fails, 12), (14, many, 12)]
        {
            onset = Onset::next(onset, Some(sign), at_s, QUIET_S, || None);
            assert_eq!(onset.as_ref().map(|o| (o.at_s(), o.news_s(at_s))), Some((3, expected)));
        }
        let onset = Onset::next(onset, Some(uneven), 20, QUIET_S, || None).expect("trouble");
        assert_eq!([9, 13, 20].map(|at_s| onset.news_s(at_s)), [9, 12, 20]);

        let mut onset = Some(onset);
        let firsts = (21..4000).map(|at_s| {
            onset = Onset::next(onset.take(), Some(many), at_s, QUIET_S, || None);
            onset.as_ref().map(Onset::at_s)
        });
        let firsts: std::collections::BTreeSet<_> = firsts.collect();
        assert_eq!(firsts, [Some(3), Some(20 + 3600)].into());
    }
}
