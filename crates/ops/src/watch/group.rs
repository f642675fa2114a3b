//! One outage in several pools is one alarm: whose cause is that of another pool's alarm, begun
//! at about the same time, is part of that one.

use ledger::alarm::{AlarmRecord, AlarmState, Change};

use super::case::Case;
use super::event::AlarmEvent;
use super::state::Watch;

/// Alarms of one cause that began further apart are two outages, seconds.
const APART_S: f64 = 120.0;

impl Watch {
    /// Alarms join those of the same cause, once it is known; what leads no more lets go.
    pub(super) fn group(&mut self, now: f64, events: &mut Vec<AlarmEvent>) {
        let told_of = |case: &&Case| case.alarm.state != AlarmState::Pending;
        let open = self.kept.open.values().filter(told_of);
        let mut parts: Vec<(u64, String)> =
            open.map(|case| (number(&case.alarm), case.alarm.pool.clone())).collect();
        parts.sort_unstable();
        for (_, pool) in parts {
            let Some(case) = self.kept.open.get(&pool) else { continue };
            let leader = self.leader(case).map(|leader| leader.alarm.clone());
            // What is over, and only waits to be called so, is no news when its leader ends.
            let holds = case.alarm.symptoms.iter().any(|symptom| symptom.spell.holds);
            if leader.is_none() && !holds {
                continue;
            }
            let id = leader.as_ref().map_or("", |leader| &leader.id).to_owned();
            if case.alarm.part_of != id {
                self.join(now, &pool, id);
                let leads = leader.and_then(|alarm| self.kept.open.get(&alarm.pool));
                events.extend(leads.map(|case| AlarmEvent::new(Change::Joined, case, Vec::new())));
            }
        }
    }

    /// The alarm of a pool is part of another from now on, or stands for itself: empty.
    fn join(&mut self, now: f64, pool: &str, id: String) {
        let Some(case) = self.kept.open.get_mut(pool) else { return };
        let text = format!("{pool}: {}", case.alarm.summary);
        case.alarm.part_of.clone_from(&id);
        // Who hears of it by itself has not been kept waiting by what led it.
        (case.waiting_since, case.reminded_at) = (now, now);
        let led = |case: &&mut Case| !id.is_empty() && case.alarm.id == id;
        if let Some(leader) = self.kept.open.values_mut().find(led) {
            leader.note(now, Change::Joined, "", &text);
        }
    }

    /// The alarm that a case is part of, or can become part of.
    fn leader(&self, case: &Case) -> Option<&Case> {
        let part = &case.alarm;
        let open = || self.kept.open.values().filter(|other| leads(&other.alarm, part));
        let present = open().find(|other| other.alarm.id == part.part_of);
        // Who has the first one has not seen what comes later, nor has who has this one that one.
        let waits = |alarm: &AlarmRecord| alarm.state == AlarmState::Firing;
        let may_join =
            |other: &&Case| waits(&other.alarm) && waits(part) && is_same(&other.alarm, part);
        present.or_else(|| open().filter(may_join).min_by_key(|other| number(&other.alarm)))
    }

    /// Who was told of the alarm that a case is part of; `None`: it stands for itself.
    pub(super) fn lead(&self, part_of: &str) -> Option<Vec<String>> {
        let called = |case: &&Case| !part_of.is_empty() && case.alarm.id == part_of;
        let case = self.kept.open.values().find(called)?;
        Some(case.told.keys().cloned().collect())
    }
}

/// Whether one alarm can speak for the other, too.
fn leads(leader: &AlarmRecord, part: &AlarmRecord) -> bool {
    let is_open = matches!(leader.state, AlarmState::Firing | AlarmState::Acknowledged);
    let is_own = leader.part_of.is_empty() && leader.silence.is_empty();
    let shares = leader.causes.iter().any(|cause| part.causes.contains(cause));
    let is_before = number(leader) < number(part);
    is_open && is_own && is_before && shares && leader.severity >= part.severity
}

/// Whether two alarms are one outage: the same cause at about the same time.
fn is_same(leader: &AlarmRecord, part: &AlarmRecord) -> bool {
    let near = (leader.began_at - part.began_at).abs() <= APART_S;
    near && leader.causes.first() == part.causes.first()
}

/// Alarms are numbered as they fire.
fn number(alarm: &AlarmRecord) -> u64 {
    alarm.id.trim_start_matches("A-").parse().unwrap_or_default()
}
