//! The lengths of windows that are kept, what of them, and for how long.

use evenness::{PoolWindow, Ranking, Turnout};

const MINUTE_S: u64 = 60;
const HOUR_S: u64 = 3600;
pub(super) const DAY_S: u64 = 24 * HOUR_S;

/// A week in seconds.
pub(super) const WEEK_S: u64 = 7 * DAY_S;
/// How long minutes and events are kept: three weeks to compare with, and two for a holiday.
pub(super) const KEPT_S: u64 = 5 * WEEK_S;

/// A length of windows; each has a table of its own, so that rows which go together lie together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Second,
    TenSeconds,
    Minute,
    TenMinutes,
}

impl Step {
    /// From the finest on.
    pub(super) const ALL: [Step; 4] =
        [Step::Second, Step::TenSeconds, Step::Minute, Step::TenMinutes];

    pub(super) fn table(self) -> &'static str {
        match self {
            Step::Second => "window_1s",
            Step::TenSeconds => "window_10s",
            Step::Minute => "window_1m",
            Step::TenMinutes => "window_10m",
        }
    }

    pub(super) fn length_s(self) -> u64 {
        match self {
            Step::Second => 1,
            Step::TenSeconds => 10,
            Step::Minute => MINUTE_S,
            Step::TenMinutes => 10 * MINUTE_S,
        }
    }

    pub(super) fn kept_s(self) -> u64 {
        match self {
            Step::Second => HOUR_S,
            Step::TenSeconds => DAY_S,
            Step::Minute | Step::TenMinutes => KEPT_S,
        }
    }

    /// What goes at once when room is needed.
    pub(super) fn morsel_s(self) -> u64 {
        match self {
            Step::Second => 5 * MINUTE_S,
            Step::TenSeconds => HOUR_S,
            Step::Minute | Step::TenMinutes => DAY_S,
        }
    }

    /// What is kept of a window of this length: its clients are counted once, here. Who they were
    /// is known by seconds, by minutes for a day, and by ten minutes without addresses.
    pub(super) fn kept(self, mut window: PoolWindow) -> PoolWindow {
        window.clients.distinct = window.distinct();
        window.clients.new = window.new_clients();
        match self {
            Step::Second | Step::Minute => {}
            Step::TenSeconds => *window.turnout = Turnout::default(),
            Step::TenMinutes => window.turnout.clients = Ranking::default(),
        }
        window
    }

    /// Whose windows know who asked in windows of this length that do not.
    pub(super) fn turnouts(self) -> Option<Step> {
        match self {
            Step::Second | Step::TenMinutes => None,
            Step::TenSeconds => Some(Step::Minute),
            Step::Minute => Some(Step::TenMinutes),
        }
    }

    /// The first second of the window of this length that holds a moment.
    pub(super) fn slot(self, at_s: u64) -> u64 {
        at_s - at_s % self.length_s()
    }
}

/// A time as the database keeps it: signed.
pub(super) fn sql(at_s: u64) -> i64 {
    i64::try_from(at_s).unwrap_or(i64::MAX)
}

/// A time of the database.
pub(super) fn seconds(at_s: i64) -> u64 {
    u64::try_from(at_s).unwrap_or(0)
}
