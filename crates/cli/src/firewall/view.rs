//! Reads the logs once, and puts together what is shown of them.

use config::{FirewallFormat, Span};
use evenness::{Coverage, Covers, FirewallWindow};
use ledger::{Firewall, FirewallPlan};

use super::ask::Until;
use crate::moment::now_s;

/// Rows in which the time is shown; one for a minute up to an hour.
const ROWS_MAX: u64 = 60;
const MINUTE_S: u64 = 60;

/// All that is shown.
pub(super) struct View {
    /// From this second, since the Unix epoch,
    pub(super) from_s: u64,
    /// to before this one.
    pub(super) to_s: u64,
    pub(super) window: FirewallWindow,
    pub(super) coverage: Coverage,
    pub(super) covers: Covers,
    /// The same in equal stretches, the oldest first.
    pub(super) rows: Vec<Row>,
    /// Formats of the files.
    pub(super) formats: Vec<Option<FirewallFormat>>,
}

/// A stretch of it.
pub(super) struct Row {
    pub(super) window: FirewallWindow,
    pub(super) covers: Covers,
}

/// Reads the logs and looks `since` back.
pub(super) fn look(plan: &FirewallPlan, since: Span, until: &Until) -> View {
    let now_s = now_s();
    let to_s = match until {
        Until::Now => now_s,
        Until::At(at_s) => *at_s,
        Until::End => newest_s(plan, now_s).unwrap_or(now_s),
    };
    let length_s = u64::from(since.as_secs_up());
    let from_s = to_s.saturating_sub(length_s);
    let firewall = read(plan, since.as_secs_up(), to_s);
    let (window, coverage) = firewall.window(from_s, to_s);
    let covers = coverage.covers(from_s, to_s);
    let step_s = length_s.div_ceil(ROWS_MAX * MINUTE_S).max(1) * MINUTE_S;
    let starts = (from_s..to_s).step_by(usize::try_from(step_s).unwrap_or(1));
    let row = |start_s: u64| {
        let end_s = (start_s + step_s).min(to_s);
        let covers = coverage.covers(start_s, end_s);
        Row { window: firewall.window(start_s, end_s).0, covers }
    };
    let rows = starts.map(row).collect();
    View { from_s, to_s, window, covers, rows, formats: firewall.formats(), coverage }
}

/// Reads everything from `back_s` before `to_s` on.
fn read(plan: &FirewallPlan, back_s: u32, to_s: u64) -> Firewall {
    // Who waits for one answer gets all of it, however large the log is.
    let plan = FirewallPlan {
        back_s,
        kept_s: back_s.saturating_add(1),
        back_bytes: u64::MAX,
        ..plan.clone()
    };
    let mut firewall = Firewall::new(&plan);
    let mut lag = u64::MAX;
    firewall.poll(to_s);
    // A log may be written faster than it is read.
    while firewall.lag_bytes() > 0 && firewall.lag_bytes() < lag {
        lag = firewall.lag_bytes();
        firewall.poll(to_s);
    }
    firewall
}

/// The second behind the newest line of any log.
fn newest_s(plan: &FirewallPlan, now_s: u64) -> Option<u64> {
    let coverage = read(plan, 1, now_s).coverage();
    let ends = coverage.files.iter().filter_map(|file| file.spans.last());
    ends.map(|(_, to_s)| *to_s).max()
}
