//! Who watches over the balancer, as far as the admin listener may know it.

use ledger::alarm::AlarmsStatus;
use ledger::{
    AlarmOrder, ApprovalOrder, AuditStatus, DiagnosisRecord, Event, EventOrder, IntentStatus,
    SilenceOrder,
};

/// Alarms, diagnoses and what is approved.
///
/// All calls come from threads that may block, and several at once. An order is answered with
/// one line that says what was done, or with why it was not; then nothing has changed.
pub trait Judge: Send + Sync {
    /// The alarms, silences and receivers.
    fn alarms(&self) -> AlarmsStatus;

    /// What is approved, and what is in force without approval.
    fn intent(&self) -> IntentStatus;

    /// What is probably the matter with every pool, or with one, now or at a moment within the
    /// last half hour, seconds since the Unix epoch.
    fn diagnoses(&self, pool: Option<&str>, at_s: Option<u64>) -> Vec<DiagnosisRecord>;

    /// What happened since a moment, seconds since the Unix epoch; the oldest first.
    ///
    /// # Errors
    /// Why it is not known.
    fn events(&self, since: f64) -> Result<Vec<Event>, String>;

    /// What audits found, what has gone, and when the next one is.
    fn audits(&self) -> AuditStatus;

    /// Acknowledges an alarm, gives it back, or writes something down with it.
    ///
    /// # Errors
    /// Why it was not done.
    fn about_alarm(&self, order: &AlarmOrder) -> Result<String, String>;

    /// Begins or ends a silence.
    ///
    /// # Errors
    /// Why it was not done.
    fn about_silence(&self, order: &SilenceOrder) -> Result<String, String>;

    /// Writes down what happened outside of the balancer.
    ///
    /// # Errors
    /// Why it was not done.
    fn note_event(&self, order: &EventOrder) -> Result<String, String>;

    /// Approves the settings in force.
    ///
    /// # Errors
    /// Why it was not done.
    fn approve(&self, order: &ApprovalOrder) -> Result<String, String>;
}
