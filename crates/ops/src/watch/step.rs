//! One second of watching: which alarms begin, grow worse and end.

use std::collections::BTreeSet;

use evenness::{Severity, Signal, SignalKind};
use ledger::alarm::{AlarmState, Change, Symptom};

use super::case::Case;
use super::event::AlarmEvent;
use super::explained::Explained;
use super::felt;
use super::observed::{self, Conditions};
use super::silence;
use super::state::Watch;

/// What can be said while nobody measures.
const MISSING: [SignalKind; 1] = [SignalKind::TelemetryMissing];
/// Alarms that are over and still shown.
const CLOSED_MAX: usize = 200;
/// A longer pause between two steps is time in which nobody watched, seconds.
const BLIND_S: f64 = 10.0;
/// How long a silence that has ended is shown, seconds.
const ENDED_SHOWN_S: f64 = 7.0 * 86_400.0;

/// What a step is told besides the conditions.
#[derive(Clone, Copy)]
struct News<'s> {
    /// The kinds of conditions that were looked for.
    asked: &'s [SignalKind],
    explained: &'s [Explained],
}

impl Watch {
    /// Takes in the conditions that hold now, all of them, and says what happens. `now`: seconds
    /// since the Unix epoch; about one step a second.
    pub fn step(&mut self, now: f64, signals: &[Signal]) -> Vec<AlarmEvent> {
        self.step_explained(now, signals, &[])
    }

    /// The same with the diagnoses of that second, so that who is told of an alarm hears its
    /// causes in the same breath, and routes by cause decide on them.
    pub fn step_explained(
        &mut self,
        now: f64,
        signals: &[Signal],
        explained: &[Explained],
    ) -> Vec<AlarmEvent> {
        self.leave_out_blindness(now);
        self.take(now, signals, News { asked: &SignalKind::ALL, explained })
    }

    /// Nobody measures: only what is missing can be said. All other conditions stay as they were
    /// seen last, and neither last nor end meanwhile.
    pub fn wait(&mut self, now: f64, missing: &[Signal]) -> Vec<AlarmEvent> {
        let unseen_s = now - self.kept.stepped_at;
        // A longer pause is left out for all of them.
        if (0.0..=BLIND_S).contains(&unseen_s) {
            self.kept.open.values_mut().for_each(|case| case.shift_unseen(&MISSING, unseen_s));
        }
        self.leave_out_blindness(now);
        self.take(now, missing, News { asked: &MISSING, explained: &[] })
    }

    fn take(&mut self, now: f64, signals: &[Signal], news: News<'_>) -> Vec<AlarmEvent> {
        self.forget(now);
        let mut events = Vec::new();
        let pools = observed::by_pool(signals);
        let none = Conditions::new();
        let names: BTreeSet<String> = self
            .kept
            .open
            .keys()
            .cloned()
            .chain(pools.keys().map(|&name| name.to_owned()))
            .collect();
        for name in &names {
            let conditions = pools.get(name.as_str()).unwrap_or(&none);
            self.observe(name, now, (conditions, news), &mut events);
        }
        self.hush(now, &mut events);
        self.group(now, &mut events);
        self.tell(now, &mut events);
        if !events.is_empty() {
            self.revision += 1;
        }
        events
    }

    /// What nobody saw neither lasts nor ends: after a restart, a suspension or a leap of the
    /// clock conditions are judged by the time that was watched.
    fn leave_out_blindness(&mut self, now: f64) {
        let pause = now - self.kept.stepped_at;
        if self.kept.stepped_at > 0.0 && !(0.0..=BLIND_S).contains(&pause) {
            self.kept.open.values_mut().for_each(|case| case.shift(pause));
        }
        if pause < 0.0 {
            self.kept.open.values_mut().for_each(|case| case.set_back(pause));
        }
        self.kept.stepped_at = now;
    }

    fn forget(&mut self, now: f64) {
        self.kept.silences.retain(|silence| now - silence.expires_at < ENDED_SHOWN_S);
        let open = &self.kept.open;
        self.kept.flaps.retain(|pool, flap| open.contains_key(pool) || !flap.is_old(now));
    }

    fn observe(
        &mut self,
        pool: &str,
        now: f64,
        (conditions, news): (&Conditions<'_>, News<'_>),
        events: &mut Vec<AlarmEvent>,
    ) {
        let known = self.kept.open.remove(pool);
        let is_new = known.is_none();
        let Some(mut case) = known.or_else(|| Case::begin(pool, now, conditions)) else { return };
        let joined = case.alarm.history.len();
        if case.see(now, conditions, news.asked) || is_new {
            self.revision += 1;
        }
        let own = news.explained.iter().filter(|one| one.found.pool == pool);
        for Explained { found, text } in own {
            if found.is_news_to(&case.alarm) {
                self.revision += u64::from(case.learn(now, &found.named(), text));
            } else if !found.is_known() {
                case.look_at(text);
            }
        }
        for step in &case.alarm.history[joined.min(case.alarm.history.len())..] {
            events.push(AlarmEvent::of_step(step, &case));
        }
        if case.alarm.state == AlarmState::Pending {
            self.consider(case, now, events);
        } else {
            self.follow(case, now, events);
        }
    }

    /// A pending case fires, waits or goes.
    fn consider(&mut self, mut case: Case, now: f64, events: &mut Vec<AlarmEvent>) {
        if let Some(severity) = case.lasting() {
            self.fire(&mut case, severity, now);
            events.push(AlarmEvent::new(Change::Fired, &case, Vec::new()));
        } else if case.alarm.symptoms.is_empty() {
            return;
        }
        self.kept.open.insert(case.alarm.pool.clone(), case);
    }

    fn fire(&mut self, case: &mut Case, severity: Severity, now: f64) {
        self.kept.fired += 1;
        let alarm = &mut case.alarm;
        alarm.id = format!("A-{}", self.kept.fired);
        alarm.key = format!("evenkeel-{}-{}", self.kept.mark, alarm.id);
        (alarm.severity, alarm.state, alarm.fired_at) = (severity, AlarmState::Firing, Some(now));
        let paged = |symptom: &Symptom| symptom.paged.as_ref().is_some_and(|paged| paged.counts);
        let as_bad = |symptom: &&Symptom| match severity {
            Severity::Page => paged(symptom),
            Severity::Ticket => symptom.spell.counts,
        };
        let lasting = felt::first(alarm.symptoms.iter().filter(as_bad));
        alarm.kind = lasting.map_or(alarm.kind, |symptom| symptom.kind);
        alarm.silence = silence::over(&self.kept.silences, alarm, now);
        (case.waiting_since, case.reminded_at) = (now, now);
        case.patience = self.kept.flaps.entry(alarm.pool.clone()).or_default().fired(now);
        let text = case.alarm.summary.clone();
        case.note(now, Change::Fired, "", &text);
    }

    /// An open case grows worse, goes on or ends.
    fn follow(&mut self, mut case: Case, now: f64, events: &mut Vec<AlarmEvent>) {
        if case.lasting() > Some(case.alarm.severity) {
            case.alarm.severity = Severity::Page;
            // Who took a ticket has not been woken yet.
            case.alarm.acknowledged = None;
            case.alarm.state = AlarmState::Firing;
            case.waiting_since = now;
            let text = case.alarm.summary.clone();
            case.note(now, Change::Escalated, "", &text);
            events.push(AlarmEvent::new(Change::Escalated, &case, Vec::new()));
        }
        if !case.is_over(now) {
            self.kept.open.insert(case.alarm.pool.clone(), case);
            return;
        }
        (case.alarm.state, case.alarm.resolved_at) = (AlarmState::Resolved, Some(now));
        case.note(now, Change::Resolved, "", "");
        // A silence keeps news away; who was told of it also hears that it is over.
        let receivers = case.told.keys().cloned().collect();
        events.push(AlarmEvent::new(Change::Resolved, &case, receivers));
        let left = case.remainder();
        self.kept.closed.push_front(case.alarm);
        self.kept.closed.truncate(CLOSED_MAX);
        match left {
            // What was less than the alarm goes on as one of its own.
            Some(left) => self.consider(left, now, events),
            None => {
                let pool = self.kept.closed.front().map(|alarm| alarm.pool.clone());
                self.kept.flaps.entry(pool.unwrap_or_default()).or_default().resolved(now);
            }
        }
    }
}
