//! Goes through windows that were kept, to find when trouble began and what was usual before.

use std::collections::VecDeque;

use evenness::diagnosis::{Firewall, Limits};
use evenness::{
    Backlog, Circumstances, PickTest, PoolWindow, SignalKind, UnevenFigures, Unevenness,
    WINDOWS_PER_YEAR,
};
use ledger::{DiagnosisRecord, Event};

use super::onset::{Onset, QUIET_S, Quiet, Sign};
use super::pool::{CROWDED, ERRORS_MIN, fill_taken};
use super::signals;
use super::timeline::Timeline;
use super::view::View;
use super::weigh::{Stretch, Then, weigh};

/// Trouble may have been under way so long before its first sign, seconds; and so many windows,
/// where those are long. As many without a sign are a pause.
const UNSURE_S: u64 = 25;
const WINDOWS: u64 = 2;
/// Calm windows that tell what is usual at most, and seconds at least.
const CALM: usize = 60;
const CALM_S_MIN: f64 = 10.0;
/// How long a diagnosis looks back, seconds.
const LOOK_BACK_S: [u64; 2] = [10, 60];

/// What is kept of the time before a moment.
pub(crate) struct Past {
    /// The pool.
    pub(crate) pool: String,
    /// The moment, seconds since the Unix epoch.
    pub(crate) at_s: u64,
    /// Windows of `step_s`, the oldest first.
    pub(crate) windows: Vec<PoolWindow>,
    /// How long those windows are, seconds.
    pub(crate) step_s: u64,
    /// The last of that time as it was measured, in windows of `fine_s`.
    pub(crate) latest: Vec<PoolWindow>,
    /// How long these are, seconds.
    pub(crate) fine_s: u64,
    /// What happened, all of it from a moment on.
    pub(crate) events: (Vec<Event>, f64),
    /// Requests per second that weeks before promised.
    pub(crate) expected_rate: Option<f64>,
}

/// A diagnosis of a moment that is past; `None` where nothing was measured then. `recall` fills in
/// who asked in a window, from one second until before another.
pub(crate) fn diagnose_past(
    past: Past,
    recall: &dyn Fn(&mut PoolWindow, u64, u64),
    firewall: &mut dyn FnMut(u64, u64) -> Firewall,
) -> Option<DiagnosisRecord> {
    let mut replay = Replay::new(past.step_s, past.expected_rate);
    past.windows.into_iter().for_each(|window| replay.step(window));
    let onset = replay.onset.as_ref();
    let bout_s = onset.map(|onset| onset.bout_s(past.at_s).min(past.at_s));
    let [least_s, most_s] = LOOK_BACK_S;
    let back_s = bout_s.map_or(least_s, |bout_s| (past.at_s - bout_s + 1).clamp(2, most_s));
    let from_s = past.at_s.saturating_sub(back_s - 1);
    // A window that began before counts where it ends within.
    let ends = |window: &&PoolWindow| window.from_s + past.fine_s > from_s;
    let within = past.latest.iter().filter(ends).filter(|window| window.from_s <= past.at_s);
    let latest = within.clone().next_back()?;
    let mut now = PoolWindow::sum(within)?;
    recall(&mut now, from_s, past.at_s + 1);
    let before_s = onset.map_or(from_s, Onset::at_s).saturating_sub(least_s);
    let mut usual = match onset {
        Some(onset) => onset.usual().cloned(),
        None => replay.usual(before_s),
    };
    usual.iter_mut().for_each(|usual| recall(usual, usual.from_s, before_s));
    let mut timeline = Timeline::default();
    timeline.recall(past.events.0, past.events.1);
    let (now, usual) = (&now, usual.as_ref());
    let stretch = Stretch { at_s: past.at_s, onset, from_s, now, latest, usual };
    let then = Then { expected_rate: past.expected_rate, limits: None };
    let diagnosis = weigh(&past.pool, &timeline, &stretch, &then, firewall);
    let record = DiagnosisRecord::new(&past.pool, past.at_s as f64, &diagnosis);
    Some(DiagnosisRecord { step_s: past.fine_s, ..record })
}

struct Replay {
    step_s: u64,
    expected_rate: Option<f64>,
    calm: VecDeque<PoolWindow>,
    /// Those since trouble began.
    since: VecDeque<PoolWindow>,
    before: Option<PoolWindow>,
    picks: PickTest,
    unevenness: Unevenness,
    backlog: Backlog,
    is_harmful: bool,
    onset: Option<Onset>,
}

impl Replay {
    fn new(step_s: u64, expected_rate: Option<f64>) -> Self {
        Replay {
            step_s,
            expected_rate,
            calm: VecDeque::new(),
            since: VecDeque::new(),
            before: None,
            picks: PickTest::new(WINDOWS_PER_YEAR),
            unevenness: Unevenness::default(),
            backlog: Backlog::default(),
            is_harmful: false,
            onset: None,
        }
    }

    /// Takes in the next window.
    fn step(&mut self, mut window: PoolWindow) {
        fill_taken(&mut window);
        self.picks.note(&window);
        self.backlog.note(window.filled());
        let past = self.usual(window.from_s);
        let around = Circumstances { harm: self.is_harmful, deff: None };
        let figures = self.unevenness.judge(&window, past.as_ref(), around);
        let shown = self.shows(&window, &figures, past.as_ref());
        let sign = shown.as_ref().map(|(kinds, fails)| Sign { kinds, fails: *fails });
        let spare_s = WINDOWS * self.step_s;
        let quiet = Quiet { bout: QUIET_S.bout.max(spare_s), over: QUIET_S.over.max(spare_s) + 1 };
        let onset = self.onset.take();
        if let (Some(onset), Some(sign)) = (&onset, sign)
            && onset.is_usual(sign, window.from_s)
        {
            self.calm = std::mem::take(&mut self.since);
        }
        let usual = || self.usual(window.from_s.saturating_sub(UNSURE_S.max(spare_s))).or(past);
        self.onset = Onset::next(onset, sign, window.from_s, quiet, usual);
        if self.onset.is_none() {
            self.since.clear();
        }
        let kept = if self.onset.is_none() { &mut self.calm } else { &mut self.since };
        kept.push_back(window.clone());
        if kept.len() > CALM + 2 * WINDOWS as usize {
            kept.pop_front();
        }
        self.before = Some(window);
    }

    /// The calm windows before a moment, in one.
    fn usual(&self, until_s: u64) -> Option<PoolWindow> {
        let ended = |window: &&PoolWindow| window.from_s + self.step_s <= until_s;
        let calm: Vec<&PoolWindow> = self.calm.iter().filter(ended).collect();
        let all = PoolWindow::sum(calm[calm.len().saturating_sub(CALM)..].iter().copied())?;
        (all.length_s >= CALM_S_MIN).then_some(all)
    }

    /// What is wrong in a window, and whether something else is, where somebody should look.
    fn shows(
        &mut self,
        window: &PoolWindow,
        figures: &UnevenFigures,
        past: Option<&PoolWindow>,
    ) -> Option<(Vec<SignalKind>, bool)> {
        let usual = self.onset.as_ref().and_then(Onset::usual);
        let rate =
            |w: &PoolWindow| (w.requests - w.asked_again.min(w.requests)) as f64 / w.length_s;
        let usual_rate = self.expected_rate.or_else(|| usual.or(past).map(rate));
        let is_crowded = window.requests >= 100
            && usual_rate.is_some_and(|usual| rate(window) > CROWDED * usual);
        let tens: Vec<PoolWindow> = self.before.iter().chain([window]).cloned().collect();
        let view = View {
            pool: "",
            ten: window,
            ten_before: self.before.as_ref(),
            unevenness: Some(figures),
            tens: &tens,
            deff: 1.0,
            unapproved: &[],
            flaps: None,
            limits: Limits::default(),
            picks: self.picks.score(),
            bindings: None,
            burns: [None, None],
            usual,
            past: usual.or(past),
            settles: false,
            is_overfull: self.backlog.is_much() || is_crowded && self.backlog.is_some(),
        };
        self.is_harmful = view.is_harmful();
        let fails = window.endpoints.iter().any(|(_, e)| e.statuses[4] >= ERRORS_MIN);
        let kinds: Vec<_> = signals::read(&view).iter().map(|signal| signal.kind).collect();
        // Without the burn of a promise, harm itself is the sign.
        let fails = self.is_harmful || fails;
        let is_sign = fails || is_crowded || !kinds.is_empty();
        is_sign.then_some((kinds, fails))
    }
}
