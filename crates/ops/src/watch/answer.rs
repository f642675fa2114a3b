//! What people and the diagnosis say to alarms.

use evenness::Cause;
use ledger::alarm::{Acknowledgement, AlarmState, Change, Matchers, Silence};

use super::case::Case;
use super::event::AlarmEvent;
use super::refusal::Refusal;
use super::silence;
use super::state::Watch;

/// Silences that may be in force at once.
const SILENCES_MAX: usize = 1000;
/// The longest silence, seconds: what is quiet for longer should be mended or not measured.
const SILENCE_MAX_S: f64 = 90.0 * 86_400.0;

type Answer = Result<Vec<AlarmEvent>, Refusal>;

impl Watch {
    /// Somebody takes an alarm. Reminders and escalations stop; who was told of it hears who
    /// has it.
    ///
    /// # Errors
    /// When no open alarm is called that, somebody has it, or it is not said who.
    pub fn acknowledge(&mut self, now: f64, id: &str, who: &str, note: &str) -> Answer {
        let who = named(who)?;
        let case = self.open(id)?;
        if let Some(taken) = &case.alarm.acknowledged {
            return Err(Refusal::Taken(taken.by.clone()));
        }
        let by = Acknowledgement { by: who.to_owned(), at: now, note: note.to_owned() };
        // Who takes an outage takes all of it.
        let whole = |case: &&mut Case| case.alarm.id == id || case.alarm.part_of == id;
        for case in self.kept.open.values_mut().filter(whole) {
            case.alarm.acknowledged.get_or_insert_with(|| by.clone());
            case.alarm.state = AlarmState::Acknowledged;
        }
        Ok(self.changed(now, id, Change::Acknowledged, who, note))
    }

    /// Nobody has the alarm any more; it escalates anew.
    ///
    /// # Errors
    /// When no open alarm is called that, nobody has it, or it is not said who asks.
    pub fn unacknowledge(&mut self, now: f64, id: &str, who: &str) -> Answer {
        let who = named(who)?;
        let case = self.open(id)?;
        let Some(taken) = case.alarm.acknowledged.take() else {
            return Err(Refusal::NotTaken(id.to_owned()));
        };
        let whole = |case: &&mut Case| {
            let same = case.alarm.acknowledged.as_ref() == Some(&taken);
            case.alarm.id == id || case.alarm.part_of == id && same
        };
        for case in self.kept.open.values_mut().filter(whole) {
            case.alarm.acknowledged = None;
            case.alarm.state = AlarmState::Firing;
            (case.waiting_since, case.reminded_at) = (now, now);
        }
        Ok(self.changed(now, id, Change::Unacknowledged, who, ""))
    }

    /// Writes something down with an alarm; nobody is told.
    ///
    /// # Errors
    /// When no open alarm is called that, or it is not said who writes.
    pub fn note(&mut self, now: f64, id: &str, who: &str, text: &str) -> Answer {
        let who = named(who)?;
        self.open(id)?;
        Ok(self.changed(now, id, Change::Noted, who, text))
    }

    /// The diagnosis names causes, the likeliest first, and says why. Receivers of routes that
    /// match only now are told; those who know the alarm are not told again.
    ///
    /// # Errors
    /// When no open alarm is called that.
    pub fn set_cause(&mut self, now: f64, id: &str, causes: &[Cause], text: &str) -> Answer {
        let case = self.open(id)?;
        if !case.learn(now, causes, text) {
            return Ok(Vec::new());
        }
        let event = AlarmEvent::new(Change::Diagnosed, case, Vec::new());
        Ok(self.heard(now, vec![event]))
    }

    /// Keeps alarms quiet until a time. They live, show and are recorded; nobody is told.
    ///
    /// # Errors
    /// When it is not said of which alarms, by whom, why, or until when.
    pub fn silence(
        &mut self,
        now: f64,
        matchers: Matchers,
        author: &str,
        reason: &str,
        expires_at: f64,
    ) -> Result<(String, Vec<AlarmEvent>), Refusal> {
        let author = named(author)?;
        if reason.trim().is_empty() {
            return Err(Refusal::NoReason);
        }
        if !silence::is_specific(&matchers) {
            return Err(Refusal::NoMatcher);
        }
        if !(expires_at > now && expires_at - now <= SILENCE_MAX_S) {
            return Err(Refusal::BadExpiry);
        }
        if self.kept.silences.len() >= SILENCES_MAX {
            return Err(Refusal::TooMany(SILENCES_MAX));
        }
        self.kept.silenced += 1;
        let id = format!("S-{}", self.kept.silenced);
        self.kept.silences.push(Silence {
            id: id.clone(),
            matchers,
            author: author.to_owned(),
            reason: reason.trim().to_owned(),
            began_at: now,
            expires_at,
        });
        Ok((id, self.after_silence(now)))
    }

    /// Ends a silence.
    ///
    /// # Errors
    /// When no silence in force is called that.
    pub fn unsilence(&mut self, now: f64, id: &str) -> Answer {
        let in_force = |silence: &&mut Silence| silence.id == id && silence.expires_at > now;
        let found = self.kept.silences.iter_mut().find(in_force);
        found.ok_or_else(|| Refusal::NoSuchSilence(id.to_owned()))?.expires_at = now;
        Ok(self.after_silence(now))
    }

    fn after_silence(&mut self, now: f64) -> Vec<AlarmEvent> {
        self.heard(now, Vec::new())
    }

    fn open(&mut self, id: &str) -> Result<&mut Case, Refusal> {
        let called = |case: &&mut Case| case.alarm.id == id && !id.is_empty();
        let found = self.kept.open.values_mut().find(called);
        found.ok_or_else(|| Refusal::NoSuchAlarm(id.to_owned()))
    }

    /// Writes a change down and tells who must know.
    fn changed(
        &mut self,
        now: f64,
        id: &str,
        change: Change,
        by: &str,
        text: &str,
    ) -> Vec<AlarmEvent> {
        let mut events = Vec::new();
        if let Ok(case) = self.open(id) {
            case.note(now, change, by, text);
            events.push(AlarmEvent::new(change, case, Vec::new()));
        }
        self.heard(now, events)
    }

    /// Silences and receivers follow what happened.
    fn heard(&mut self, now: f64, mut events: Vec<AlarmEvent>) -> Vec<AlarmEvent> {
        self.hush(now, &mut events);
        self.group(now, &mut events);
        self.tell(now, &mut events);
        self.revision += 1;
        events
    }
}

fn named(who: &str) -> Result<&str, Refusal> {
    let who = who.trim();
    if who.is_empty() { Err(Refusal::NoName) } else { Ok(who) }
}
