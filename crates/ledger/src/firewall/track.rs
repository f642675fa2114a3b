//! Keeps the stretches of time that a log covers, by the rule of `evenness`'s coverage.

use std::collections::VecDeque;

/// Who was silent for longer is not taken to be still writing.
pub(crate) const SILENCE_S: u64 = 3600;
/// Stretches and gaps that are kept apart; older ones run together.
const KEPT: usize = 32;

/// What a log covers.
#[derive(Debug, Default)]
pub(crate) struct Track {
    ended: VecDeque<(u64, u64)>,
    /// The stretch that goes on: its first line, and its latest.
    current: Option<(u64, u64)>,
    gaps: VecDeque<(u64, u64)>,
}

/// How the present is covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Present {
    /// To the newest line, and not beyond.
    Heard,
    /// To this second, unless the last line is too old.
    Until(u64),
}

impl Track {
    /// A line of this time was read.
    pub(crate) fn heard(&mut self, at_s: u64) {
        match &mut self.current {
            Some((_, heard_s)) if at_s <= heard_s.saturating_add(SILENCE_S) => {
                *heard_s = at_s.max(*heard_s);
            }
            _ => {
                self.end(Present::Heard);
                self.current = Some((at_s, at_s));
            }
        }
    }

    /// The log is not there any more; until then it was covered so.
    pub(crate) fn end(&mut self, present: Present) {
        if let Some(span) = self.going_on(present) {
            push(&mut self.ended, span);
        }
        self.current = None;
    }

    /// Something may have been lost in this stretch.
    pub(crate) fn gap(&mut self, from_s: u64, to_s: u64) {
        if from_s < to_s {
            push(&mut self.gaps, (from_s, to_s));
        }
    }

    /// The time of the latest line.
    pub(crate) fn heard_s(&self) -> Option<u64> {
        self.current.map(|(_, heard_s)| heard_s)
    }

    /// All stretches, in order and apart.
    pub(crate) fn spans(&self, present: Present) -> Vec<(u64, u64)> {
        let mut spans: Vec<(u64, u64)> = self.ended.iter().copied().collect();
        spans.extend(self.going_on(present));
        for &gap in &self.gaps {
            let pieces = spans.into_iter().flat_map(|span| without(span, gap));
            // Here and not at the end: empty ones would double with every gap.
            spans = pieces.filter(|(from_s, to_s)| from_s < to_s).collect();
        }
        spans
    }

    fn going_on(&self, present: Present) -> Option<(u64, u64)> {
        let (from_s, heard_s) = self.current?;
        let to_s = match present {
            Present::Until(now_s) if now_s.saturating_sub(heard_s) <= SILENCE_S => {
                now_s.max(heard_s.saturating_add(1))
            }
            _ => heard_s.saturating_add(1),
        };
        Some((from_s, to_s))
    }
}

/// Puts a stretch behind the others, or together with the last where they touch.
fn push(list: &mut VecDeque<(u64, u64)>, (from_s, to_s): (u64, u64)) {
    match list.back_mut() {
        Some(last) if from_s <= last.1 && last.0 <= to_s => {
            *last = (last.0.min(from_s), last.1.max(to_s));
        }
        _ => list.push_back((from_s, to_s)),
    }
    if list.len() > KEPT {
        list.pop_front();
    }
}

fn without((from_s, to_s): (u64, u64), gap: (u64, u64)) -> [(u64, u64); 2] {
    if gap.1 <= from_s || to_s <= gap.0 {
        return [(from_s, to_s), (to_s, to_s)];
    }
    [(from_s, gap.0.max(from_s)), (gap.1.min(to_s), to_s)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = SILENCE_S;

    fn heard(times: &[u64]) -> Track {
        let mut track = Track::default();
        times.iter().for_each(|at_s| track.heard(*at_s));
        track
    }

    #[test]
    fn a_log_covers_the_present_for_an_hour() {
        let track = heard(&[1000, 1010]);
        assert_eq!(track.spans(Present::Until(1020)), [(1000, 1020)]);
        assert_eq!(track.spans(Present::Until(1010 + HOUR)), [(1000, 1010 + HOUR)]);
        assert_eq!(track.spans(Present::Until(1011 + HOUR)), [(1000, 1011)]);
        assert_eq!(track.spans(Present::Heard), [(1000, 1011)]);
        assert_eq!(Track::default().spans(Present::Until(9)), []);
    }

    #[test]
    fn a_long_silence_is_a_gap_also_when_it_ends() {
        let track = heard(&[1000, 1001 + HOUR, 1000 + HOUR]);
        let expected = [(1000, 1001), (1001 + HOUR, 1005 + HOUR)];
        assert_eq!(track.spans(Present::Until(1005 + HOUR)), expected);
    }

    #[test]
    fn what_may_be_lost_is_cut_out() {
        let mut track = heard(&[1000, 1100]);
        track.gap(1050, 1060);
        track.gap(1055, 1070);
        track.gap(900, 1001);
        track.gap(7, 7);
        assert_eq!(track.spans(Present::Until(1200)), [(1001, 1050), (1070, 1200)]);
    }

    #[test]
    fn a_log_that_went_and_came_has_two_stretches() {
        let mut track = heard(&[1000]);
        track.end(Present::Until(1010));
        assert_eq!(track.spans(Present::Until(1020)), [(1000, 1010)]);
        track.heard(1030);
        assert_eq!(track.spans(Present::Until(1040)), [(1000, 1010), (1030, 1040)]);
    }

    /// Goal: nothing grows for ever. Method: more of everything than is kept.
    #[test]
    fn only_the_latest_are_kept() {
        let mut track = Track::default();
        for round in 0..100 {
            track.heard(round * 2 * HOUR);
            track.gap(round * 2 * HOUR + 10, round * 2 * HOUR + 20);
        }
        assert!(track.spans(Present::Heard).len() <= 2 * KEPT);
    }
}
