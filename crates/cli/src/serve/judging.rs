//! What the admin listener may know of the watch, and order of it.

use std::time::Duration;

use console::Judge;
use ledger::alarm::AlarmsStatus;
use ledger::{
    AlarmAction, AlarmOrder, ApprovalOrder, AuditStatus, DiagnosisRecord, Event, EventKind,
    EventOrder, IntentStatus, SilenceOrder,
};
use ops::Alarms;

use super::watching::{FORGOTTEN, Watching};

const NOBODY: &str = "there are no alarms: the system gave no thread for them";

/// How long somebody waits to hear that an order is kept.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is to be said of an order's fate besides.
fn kept(alarms: &Alarms) -> &'static str {
    if alarms.settled(PATIENCE) { "" } else { FORGOTTEN }
}

impl Judge for Watching {
    fn alarms(&self) -> AlarmsStatus {
        let status = self.kept_alarms().map(Alarms::alarms).unwrap_or_default();
        AlarmsStatus { judged_at: self.judged_at(), ..status }
    }

    fn intent(&self) -> IntentStatus {
        self.intent_status()
    }

    fn diagnoses(&self, pool: Option<&str>, at_s: Option<u64>) -> Vec<DiagnosisRecord> {
        self.diagnose(pool, at_s)
    }

    fn events(&self, since: f64) -> Result<Vec<Event>, String> {
        self.happened(since)
    }

    fn audits(&self) -> AuditStatus {
        self.audits_status()
    }

    fn about_alarm(&self, order: &AlarmOrder) -> Result<String, String> {
        let AlarmOrder { id, action, by, note } = order;
        let alarms = self.kept_alarms().ok_or(NOBODY)?;
        let (done, word) = match action {
            AlarmAction::Acknowledge => (alarms.acknowledge(id, by, note), "has"),
            AlarmAction::Unacknowledge => (alarms.unacknowledge(id, by), "gives back"),
            AlarmAction::Note => (alarms.note(id, by, note), "writes about"),
        };
        done.map_err(|refusal| refusal.to_string())?;
        let all = alarms.alarms().alarms;
        let pool = all.into_iter().find(|alarm| alarm.id == *id).map(|alarm| alarm.pool);
        let told = if note.is_empty() { String::new() } else { format!(": {note}") };
        let said = format!("{by} {word} {id}");
        self.note(EventKind::Alarm, &pool.unwrap_or_default(), by, &(said.clone() + &told));
        Ok(said + kept(alarms))
    }

    fn about_silence(&self, order: &SilenceOrder) -> Result<String, String> {
        let alarms = self.kept_alarms().ok_or(NOBODY)?;
        let (done, by, pool) = match order {
            SilenceOrder::Begin { matchers, by, reason, for_s } => {
                let until = crate::moment::now_s() as f64 + for_s;
                let begun = alarms.silence(matchers.clone(), by, reason, until);
                let done = begun.map(|id| format!("{id} begins: {reason}"));
                (done, by, matchers.pool.as_deref().unwrap_or_default())
            }
            SilenceOrder::End { id, by } => {
                (alarms.unsilence(id).map(|()| format!("{by} ends {id}")), by, "")
            }
        };
        let said = done.map_err(|refusal| refusal.to_string())?;
        self.note(EventKind::Alarm, pool, by, &said);
        Ok(said + kept(alarms))
    }

    fn note_event(&self, order: &EventOrder) -> Result<String, String> {
        self.note_outside(order)
    }

    fn approve(&self, order: &ApprovalOrder) -> Result<String, String> {
        let approved = self.approve_in_force(order)?;
        self.note(EventKind::Approval, "", &order.by, &approved);
        Ok(approved)
    }
}
