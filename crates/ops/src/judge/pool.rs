//! Judges one pool: tests that run on, conditions that hold now, and why.

use std::collections::VecDeque;

use config::Difference;
use evenness::diagnosis::{Diagnosis, Firewall, Limits};
use evenness::{
    Backlog, BindingTest, Circumstances, PickTest, PoolWindow, Signal, SignalKind, UnevenFigures,
    Unevenness, WINDOWS_PER_YEAR,
};
use ledger::{DiagnosisRecord, MeasuredPool};

use super::clients::{Crowd, Known};
use super::objectives::Objectives;
use super::onset::{Onset, QUIET_S, Sign};
use super::series::Series;
use super::signals;
use super::timeline::Timeline;
use super::view::View;
use super::weigh::{Stretch, Then, weigh};

/// Tests that run on in parallel, of which one in a year may be wrong: two in each of some pools.
const TESTS: f64 = 10.0;
/// How long a diagnosis looks back at most, seconds.
const LOOK_BACK_S: u64 = 60;
/// Seconds after the onset in which a diagnosis is made anew each second, and between later ones.
const SOON_S: u64 = 20;
const LATER_S: u64 = 10;

/// Troubles that are over and remembered: those of half an hour, as a rule.
const ENDED: usize = 8;
/// Error answers of an endpoint in ten seconds from which on somebody should look.
pub(super) const ERRORS_MIN: u64 = 5;
/// Seconds before the first sign in which trouble may have been under way: some signs take two
/// windows of ten seconds. Of a short past it is less.
const UNSURE_S: [u64; 2] = [25, 3];
/// Seconds that tell what is usual, at least.
const USUAL_S_MIN: f64 = 10.0;
/// Seconds that traffic needs to settle after an endpoint has come or gone.
const SETTLES_S: usize = 60;
/// Demand ÷ usual from which on somebody should look.
pub(super) const CROWDED: f64 = 1.5;
/// Seconds that say what is usual, where no past week does: a balancer that has just begun must
/// not be blind.
const COMPARED_S: f64 = 20.0;

/// What a pool is judged on besides its own counts.
pub(super) struct Ground<'a> {
    pub(super) at_s: u64,
    pub(super) unapproved: &'a [Difference],
    pub(super) timeline: &'a Timeline,
    pub(super) limits: Limits,
}

/// One pool's judge.
#[derive(Debug)]
pub(super) struct PoolJudge {
    series: Series,
    crowd: Crowd,
    picks: PickTest,
    bindings: BindingTest,
    is_weighted: bool,
    objectives: Objectives,
    expected_rate: Option<f64>,
    /// The part of the queue's places that were taken in the last second.
    queue: f64,
    unevenness: Unevenness,
    figures: Option<UnevenFigures>,
    backlog: Backlog,
    harmful: bool,
    onset: Option<Onset>,
    /// Trouble that is over, the oldest first.
    ended: VecDeque<Onset>,
    /// What was wrong in the second before.
    wrong: Vec<SignalKind>,
    /// What the latest diagnosis said of a flood.
    flood: Option<Signal>,
}

impl Default for PoolJudge {
    fn default() -> Self {
        let run_length = WINDOWS_PER_YEAR * TESTS;
        PoolJudge {
            series: Series::default(),
            crowd: Crowd::default(),
            picks: PickTest::new(run_length),
            bindings: BindingTest::new(run_length),
            is_weighted: false,
            objectives: Objectives::default(),
            expected_rate: None,
            queue: 0.0,
            unevenness: Unevenness::default(),
            figures: None,
            backlog: Backlog::default(),
            harmful: false,
            onset: None,
            ended: VecDeque::new(),
            wrong: Vec::new(),
            flood: None,
        }
    }
}

impl PoolJudge {
    /// Whether its users suffered in the last second.
    pub(super) fn is_harmful(&self) -> bool {
        self.harmful
    }

    pub(super) fn expect(&mut self, rate: Option<f64>) {
        self.expected_rate = rate;
    }

    /// Takes in what an earlier process measured within the last half hour, in the order of time.
    pub(super) fn recall(&mut self, mut window: PoolWindow) {
        self.objectives.note(&window);
        fill_taken(&mut window);
        self.series.recall(window);
    }

    /// Takes in what an earlier process answered, in any order.
    pub(super) fn recall_answers(&mut self, window: &PoolWindow) {
        self.objectives.note(window);
    }

    /// What is promised, as far as it was before the first second.
    pub(super) fn promise(&mut self, objective: &config::Objective) {
        self.objectives.adjust(objective);
    }

    /// Until when all was well with what is recalled.
    pub(super) fn was_calm_until(&mut self, at_s: u64) {
        self.series.was_calm_until(at_s);
    }

    /// Takes a second in; answers it with what was found out about its clients.
    pub(super) fn take(
        &mut self,
        measured: MeasuredPool,
        known: &mut Known,
        at_s: u64,
    ) -> PoolWindow {
        let MeasuredPool { mut window, audience, is_weighted, objective, queue, .. } = measured;
        self.queue = queue;
        let (clients, turnout, again) = self.crowd.second(audience, &window, known, at_s);
        (window.clients, *window.turnout, window.asked_again) = (clients, turnout, again);
        fill_taken(&mut window);
        self.picks.note(&window);
        if is_weighted {
            self.bindings.note(&window);
        }
        self.is_weighted = is_weighted;
        self.objectives.adjust(&objective);
        self.objectives.note(&window);
        self.backlog.note(window.filled());
        if self.series.push(window.clone())
            && let Some(ten) = self.series.tens(1).first()
        {
            let around = Circumstances { harm: self.harmful, deff: self.crowd.deff() };
            let past = self.series.before(at_s + 1, 10.0);
            self.figures = Some(self.unevenness.judge(ten, past.as_ref(), around));
        }
        window
    }

    /// What is wrong now, and a diagnosis where one is due.
    pub(super) fn judge(
        &mut self,
        name: &str,
        ground: &Ground<'_>,
        firewall: &mut dyn FnMut(u64, u64) -> Firewall,
    ) -> (Vec<Signal>, Option<DiagnosisRecord>) {
        let Some(ten) = self.series.last(10) else { return (Vec::new(), None) };
        let tens = self.series.tens(2);
        let until_s = (ground.at_s + 1).saturating_sub(10);
        let ten_before = self.series.between(until_s.saturating_sub(10), until_s);
        let five_minutes_ago = ground.at_s as f64 - 300.0;
        let kept = self.onset.as_ref().and_then(Onset::usual).cloned();
        let past = kept.or_else(|| self.series.before(ground.at_s.saturating_sub(30), 20.0));
        let crowded = self.is_crowded(&ten, ground.at_s);
        let view = View {
            pool: name,
            ten: &ten,
            ten_before: ten_before.as_ref(),
            unevenness: self.figures.as_ref(),
            tens: &tens,
            deff: self.crowd.deff().unwrap_or(1.0),
            unapproved: ground.unapproved,
            flaps: ground.timeline.flaps(name, five_minutes_ago),
            limits: ground.limits,
            picks: self.picks.score(),
            bindings: self.is_weighted.then(|| (self.bindings.score(), self.bindings.excess())),
            burns: self.objectives.judge(ground.at_s),
            usual: self.onset.as_ref().and_then(Onset::usual),
            past: past.as_ref(),
            settles: self.series.has_changed(SETTLES_S),
            is_overfull: self.backlog.is_much() || crowded && self.backlog.is_some(),
        };
        let mut found = signals::read(&view);
        let at_limit = signals::is_limit_near(ground.limits);
        self.harmful = view.is_harmful();
        // Errors of one endpoint end when it is put aside: what they were must be remembered.
        let failing = ten.endpoints.iter().any(|(_, e)| e.statuses[4] >= ERRORS_MIN);
        let is_sign = !found.is_empty() || failing || crowded || at_limit;
        let wrong: Vec<SignalKind> = found.iter().map(|signal| signal.kind).collect();
        let before = self.onset.clone();
        let fails = failing || at_limit;
        let sign = is_sign.then_some(Sign { kinds: &wrong, fails });
        let usual = || {
            let until_s = UNSURE_S.map(|unsure_s| ground.at_s.saturating_sub(unsure_s));
            until_s.into_iter().find_map(|until_s| self.series.before(until_s, USUAL_S_MIN))
        };
        self.onset = Onset::next(self.onset.take(), sign, ground.at_s, QUIET_S, usual);
        self.remember(before);
        let Some(onset) = &self.onset else {
            self.flood = None;
            self.wrong.clear();
            return (found, None);
        };
        let since_s = ground.at_s.saturating_sub(onset.bout_s(ground.at_s));
        // Who is told of something new hears why in the same breath.
        let is_new = wrong.iter().any(|kind| !self.wrong.contains(kind));
        self.wrong = wrong;
        let due = since_s <= SOON_S || since_s.is_multiple_of(LATER_S) || is_new;
        let diagnosis =
            due.then(|| self.diagnosis(name, ground, self.now(ground), firewall)).flatten();
        if let Some(diagnosis) = &diagnosis {
            self.flood = signals::flood(name, diagnosis, self.harmful);
        }
        found.extend(self.flood.clone());
        let at = ground.at_s as f64;
        let told = diagnosis.filter(|_| !found.is_empty() || at_limit);
        (found, told.map(|diagnosis| DiagnosisRecord::new(name, at, &diagnosis)))
    }

    /// Keeps trouble that is over: whoever asks of it later wants to know what was before it.
    fn remember(&mut self, before: Option<Onset>) {
        let goes_on =
            |before: &Onset| self.onset.as_ref().is_some_and(|onset| onset.at_s() == before.at_s());
        if let Some(before) = before.filter(|before| !goes_on(before)) {
            self.ended.push_back(before);
            if self.ended.len() > ENDED {
                self.ended.pop_front();
            }
        }
    }

    /// The trouble that a moment lies in, or the one under way.
    pub(super) fn trouble_at(&self, at_s: u64) -> Option<&Onset> {
        let all = self.ended.iter().chain(&self.onset);
        all.rev().find(|onset| onset.at_s() <= at_s && at_s <= onset.until_s())
    }

    /// Whether far more is asked for than before: no harm by itself, and worth a look.
    fn is_crowded(&self, ten: &PoolWindow, at_s: u64) -> bool {
        let rate =
            |w: &PoolWindow| (w.requests - w.asked_again.min(w.requests)) as f64 / w.length_s;
        let kept = self.onset.as_ref().and_then(Onset::usual).cloned();
        let usual = kept.or_else(|| self.series.before(at_s.saturating_sub(15), COMPARED_S));
        let usual = self.expected_rate.or_else(|| usual.as_ref().map(rate));
        ten.requests >= 100 && usual.is_some_and(|usual| rate(ten) > CROWDED * usual)
    }

    /// A diagnosis as of the last second.
    pub(super) fn diagnose(
        &self,
        name: &str,
        ground: &Ground<'_>,
        firewall: &mut dyn FnMut(u64, u64) -> Firewall,
    ) -> Option<DiagnosisRecord> {
        let diagnosis = self.diagnosis(name, ground, self.now(ground), firewall)?;
        Some(DiagnosisRecord::new(name, ground.at_s as f64, &diagnosis))
    }

    /// The same of a moment that is past. How near the limits were is not kept.
    pub(super) fn diagnose_past(
        &self,
        name: &str,
        ground: &Ground<'_>,
        expected_rate: Option<f64>,
        firewall: &mut dyn FnMut(u64, u64) -> Firewall,
    ) -> Option<DiagnosisRecord> {
        let then = Then { expected_rate, limits: None };
        let diagnosis = self.diagnosis(name, ground, then, firewall)?;
        Some(DiagnosisRecord::new(name, ground.at_s as f64, &diagnosis))
    }

    fn now(&self, ground: &Ground<'_>) -> Then {
        let limits = Some(Limits { queue: self.queue, ..ground.limits });
        Then { expected_rate: self.expected_rate, limits }
    }

    fn diagnosis(
        &self,
        name: &str,
        ground: &Ground<'_>,
        then: Then,
        firewall: &mut dyn FnMut(u64, u64) -> Firewall,
    ) -> Option<Diagnosis> {
        let onset = self.trouble_at(ground.at_s);
        let bout_s = onset.map(|onset| onset.bout_s(ground.at_s));
        // What was before the trouble is not part of it.
        let back_s = bout_s.map_or(10, |bout_s| (ground.at_s - bout_s + 1).clamp(2, LOOK_BACK_S));
        let from_s = ground.at_s.saturating_sub(back_s.min(LOOK_BACK_S) - 1);
        let now = self.series.between(from_s, ground.at_s + 1)?;
        let kept = onset.and_then(Onset::usual);
        let before = || self.series.before(from_s.saturating_sub(10), 10.0);
        let usual = kept.cloned().or_else(before);
        let latest = self.series.between(ground.at_s, ground.at_s + 1);
        let (latest, usual) = (latest.as_ref().unwrap_or(&now), usual.as_ref());
        let stretch = Stretch { at_s: ground.at_s, onset, from_s, now: &now, latest, usual };
        Some(weigh(name, ground.timeline, &stretch, &then, firewall))
    }
}

pub(super) fn fill_taken(window: &mut PoolWindow) {
    for (_, endpoint) in &mut window.endpoints {
        endpoint.taken_s = endpoint.present_s.min(endpoint.usable_s);
    }
}
