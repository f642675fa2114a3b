//! Hands a notification to the receiver that it is for.

use config::{Receiver, ReceiverKind};
use ledger::alarm::Change;

use super::failure::Failure;
use super::http::Http;
use super::notice::{House, Notice};
use super::{alertmanager, email, exec, pagerduty, slack, webhook};

/// A notification with what it needs on its way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parcel<'a> {
    pub(crate) notice: &'a Notice,
    /// Its name, the same however often it is sent.
    pub(crate) delivery: &'a str,
    /// Name of the receiver.
    pub(crate) receiver: &'a str,
    pub(crate) house: &'a House,
    /// Seconds since the Unix epoch.
    pub(crate) now: f64,
}

/// Whether a receiver has a word for the change.
pub(crate) fn wants(receiver: &Receiver, change: Change) -> bool {
    let told = matches!(
        change,
        Change::Fired
            | Change::Escalated
            | Change::Reminded
            | Change::Acknowledged
            | Change::Unacknowledged
            | Change::Resolved
    );
    match receiver.kinds().first() {
        // It knows firing and resolved, and reminds by itself.
        Some(ReceiverKind::Alertmanager(_)) => {
            matches!(change, Change::Fired | Change::Escalated | Change::Resolved)
        }
        Some(_) => told,
        None => false,
    }
}

/// Delivers; may take as long as its time limits allow.
pub(crate) fn deliver(
    receiver: &Receiver,
    parcel: &Parcel<'_>,
    http: &Http,
) -> Result<(), Failure> {
    match receiver.kinds().first() {
        Some(ReceiverKind::Alertmanager(to)) => alertmanager::deliver(to, parcel, http),
        Some(ReceiverKind::Webhook(to)) => webhook::deliver(to, parcel, http),
        Some(ReceiverKind::PagerDuty(to)) => pagerduty::deliver(to, parcel, http),
        Some(ReceiverKind::Slack(to)) => slack::deliver(to, parcel, http),
        Some(ReceiverKind::Email(to)) => email::deliver(to, parcel),
        Some(ReceiverKind::Exec(to)) => exec::deliver(to, parcel),
        None => Err(Failure::Never("the receiver does not say how it is told".to_owned())),
    }
}
