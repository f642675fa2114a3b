//! Who is owed which word: compares what receivers were told with what is so.

use std::time::Duration;

use config::Alarms;
use evenness::Severity;
use ledger::alarm::{AlarmState, Change};

use super::case::{Case, Told};
use super::event::AlarmEvent;
use super::route;
use super::silence;
use super::state::Watch;

impl Watch {
    /// Silences begin and end for the alarms that are open.
    pub(super) fn hush(&mut self, now: f64, events: &mut Vec<AlarmEvent>) {
        for case in self.kept.open.values_mut() {
            if case.alarm.state == AlarmState::Pending {
                continue;
            }
            let silence = silence::over(&self.kept.silences, &case.alarm, now);
            if silence != case.alarm.silence {
                let change = if silence.is_empty() { Change::Unsilenced } else { Change::Silenced };
                case.note(now, change, "", &silence);
                case.alarm.silence = silence;
                // Whose turn it is first hears of it only now.
                if change == Change::Unsilenced {
                    (case.waiting_since, case.reminded_at) = (now, now);
                }
                events.push(AlarmEvent::new(change, case, Vec::new()));
            }
        }
    }

    /// Every receiver hears what it does not know yet, once.
    pub(super) fn tell(&mut self, now: f64, events: &mut Vec<AlarmEvent>) {
        let is_part = |name: &String| !self.kept.open[name].alarm.part_of.is_empty();
        let (parts, whole): (Vec<_>, Vec<_>) = self.kept.open.keys().cloned().partition(is_part);
        // Whoever leads is told first, and then the parts know to whom.
        for name in whole.into_iter().chain(parts) {
            let lead = self.lead(&self.kept.open[&name].alarm.part_of);
            let is_led = lead.is_some();
            let heard = |case: &&mut Case| {
                case.alarm.silence.is_empty() && (is_led || case.alarm.part_of.is_empty())
            };
            if let Some(case) = self.kept.open.get_mut(&name).filter(heard) {
                tell_of(case, now, (&self.settings, lead), events);
            }
        }
    }
}

fn tell_of(
    case: &mut Case,
    now: f64,
    (settings, lead): (&Alarms, Option<Vec<String>>),
    events: &mut Vec<AlarmEvent>,
) {
    // What is part of another alarm is news only to whom that one is not told to.
    let waited_s = now - case.waiting_since;
    let knows = |name: &String| lead.as_ref().is_some_and(|told| told.contains(name));
    let due = |case: &Case, waited_s| -> Vec<String> {
        let all = route::receivers(settings, &case.alarm, waited_s).into_iter();
        all.filter(|name| !knows(name)).collect()
    };
    match case.alarm.state {
        AlarmState::Firing => {
            let due = due(case, waited_s);
            worse(case, now, events);
            firing_again(case, events);
            remind(case, now, (settings.repeat.0, &knows), events);
            news(case, now, due, events);
        }
        AlarmState::Acknowledged => {
            taken(case, events);
            // A cause that is named only now is for others; who escalates has been spared.
            let due = due(case, 0.0);
            news(case, now, due, events);
        }
        AlarmState::Pending | AlarmState::Resolved => {}
    }
}

/// Those who have not heard of it.
fn news(case: &mut Case, now: f64, due: Vec<String>, events: &mut Vec<AlarmEvent>) {
    let new: Vec<String> = due.into_iter().filter(|name| !case.told.contains_key(name)).collect();
    if new.is_empty() {
        return;
    }
    let told = Told {
        severity: case.alarm.severity,
        cause: case.alarm.causes.first().copied(),
        acknowledged: false,
    };
    case.told.extend(new.iter().map(|name| (name.clone(), told.clone())));
    case.reminded_at = now;
    send(Change::Fired, case, new, events);
}

/// Those who know it as less than it is.
fn worse(case: &mut Case, now: f64, events: &mut Vec<AlarmEvent>) {
    let severity = case.alarm.severity;
    let names = told(case, |told| told.severity < severity);
    if names.is_empty() {
        return;
    }
    case.reminded_at = now;
    send(Change::Escalated, case, names.clone(), events);
    for name in names {
        if let Some(told) = case.told.get_mut(&name) {
            (told.severity, told.acknowledged) = (severity, false);
        }
    }
}

/// Those who think that somebody has it.
fn firing_again(case: &mut Case, events: &mut Vec<AlarmEvent>) {
    let names = told(case, |told| told.acknowledged);
    mark(case, false);
    send(Change::Unacknowledged, case, names, events);
}

/// Those who think that nobody has it.
fn taken(case: &mut Case, events: &mut Vec<AlarmEvent>) {
    let names = told(case, |told| !told.acknowledged);
    mark(case, true);
    send(Change::Acknowledged, case, names, events);
}

/// Those who are not reminded of what it is part of.
fn remind(
    case: &mut Case,
    now: f64,
    (repeat, knows): (Duration, &dyn Fn(&String) -> bool),
    events: &mut Vec<AlarmEvent>,
) {
    let due = !repeat.is_zero() && now - case.reminded_at >= repeat.as_secs_f64();
    if due && case.alarm.severity == Severity::Page {
        case.reminded_at = now;
        let names = told(case, |_| true).into_iter().filter(|name| !knows(name)).collect();
        send(Change::Reminded, case, names, events);
    }
}

fn told(case: &Case, wanted: impl Fn(&Told) -> bool) -> Vec<String> {
    let known = case.told.iter().filter(|(_, told)| wanted(told));
    known.map(|(name, _)| name.clone()).collect()
}

fn mark(case: &mut Case, acknowledged: bool) {
    case.told.values_mut().for_each(|told| told.acknowledged = acknowledged);
}

/// One event for one change, however many hear of it.
fn send(change: Change, case: &Case, receivers: Vec<String>, events: &mut Vec<AlarmEvent>) {
    if receivers.is_empty() {
        return;
    }
    let event = AlarmEvent::new(change, case, receivers);
    let same = |known: &AlarmEvent| {
        known.change == change && known.alarm.id == case.alarm.id && known.receivers.is_empty()
    };
    match events.iter_mut().find(|known| same(known)) {
        Some(known) => *known = event,
        None => events.push(event),
    }
}
