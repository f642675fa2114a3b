//! Puts the metrics page together.

use ledger::alarm::AlarmsStatus;
use ledger::{IntentStatus, Status};

use super::process::Process;
use super::text::Page;
use super::{alarms, endpoints, pools, process, server};

/// All metrics of the process in the Prometheus text format.
///
/// Everything on it comes from the same snapshot, so that ratios of its numbers hold.
pub(crate) fn page(
    status: &Status,
    watched: Option<&(AlarmsStatus, IntentStatus)>,
    usage: &Process,
) -> String {
    let mut page = Page::default();
    server::write(&mut page, status);
    pools::write(&mut page, &status.pools);
    endpoints::write(&mut page, &status.pools);
    alarms::write(&mut page, watched);
    process::write(&mut page, status, usage);
    page.finish()
}
