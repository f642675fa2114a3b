//! What the admin listener may know of the watch, and order of it.

use console::Judge;
use ledger::alarm::AlarmsStatus;
use ledger::{
    AlarmAction, AlarmOrder, ApprovalOrder, DiagnosisRecord, Event, EventKind, IntentStatus,
    SilenceOrder,
};
use ops::Alarms;

use super::watching::Watching;

const NOBODY: &str = "alarms are not kept: the state directory cannot be used";

impl Judge for Watching {
    fn alarms(&self) -> AlarmsStatus {
        self.kept_alarms().map(Alarms::alarms).unwrap_or_default()
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

    fn about_alarm(&self, order: &AlarmOrder) -> Result<String, String> {
        let AlarmOrder { id, action, by, note } = order;
        let alarms = self.kept_alarms().ok_or(NOBODY)?;
        let (done, word) = match action {
            AlarmAction::Acknowledge => (alarms.acknowledge(id, by, note), "has"),
            AlarmAction::Unacknowledge => (alarms.unacknowledge(id, by), "gives back"),
            AlarmAction::Note => (alarms.note(id, by, note), "writes about"),
        };
        done.map_err(|refusal| refusal.to_string())?;
        Ok(format!("{by} {word} {id}"))
    }

    fn about_silence(&self, order: &SilenceOrder) -> Result<String, String> {
        let alarms = self.kept_alarms().ok_or(NOBODY)?;
        let done = match order {
            SilenceOrder::Begin { matchers, by, reason, for_s } => {
                let until = crate::moment::now_s() as f64 + for_s;
                let begun = alarms.silence(matchers.clone(), by, reason, until);
                begun.map(|id| format!("{id} begins: {reason}"))
            }
            SilenceOrder::End { id, by } => {
                alarms.unsilence(id).map(|()| format!("{by} ends {id}"))
            }
        };
        done.map_err(|refusal| refusal.to_string())
    }

    fn approve(&self, order: &ApprovalOrder) -> Result<String, String> {
        let approved = self.approve_in_force(order)?;
        self.note(EventKind::Approval, "", &order.by, &approved);
        Ok(approved)
    }
}
