//! The time zone in which a logger writes times that do not name theirs.

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

/// A time zone.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// This machine's; UTC where it has none.
    pub fn system() -> Zone {
        Zone(TimeZone::try_system().unwrap_or(TimeZone::UTC))
    }

    /// Coordinated universal time.
    pub fn utc() -> Zone {
        Zone(TimeZone::UTC)
    }

    /// A name of the time zone database, such as `Europe/Berlin`, or a POSIX rule such as
    /// `CET-1CEST,M3.5.0,M10.5.0/3`; `None` where it is neither.
    pub fn named(name: &str) -> Option<Zone> {
        TimeZone::get(name).or_else(|_| TimeZone::posix(name)).ok().map(Zone)
    }

    /// Seconds since the Unix epoch of a time on the wall. Where the clock is put back a time
    /// comes twice: the latest of both that `now_s` allows is meant.
    pub(crate) fn epoch_s(&self, wall: DateTime, now_s: u64) -> Option<u64> {
        let ambiguous = self.0.to_ambiguous_timestamp(wall).offset();
        let (first, second) = match ambiguous {
            AmbiguousOffset::Unambiguous { offset } => (offset, offset),
            AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => {
                (before, after)
            }
        };
        let at = |offset: jiff::tz::Offset| {
            u64::try_from(offset.to_timestamp(wall).ok()?.as_second()).ok()
        };
        let (first, second) = (at(first)?, at(second)?);
        Some(if second.max(first) <= now_s.saturating_add(60) {
            first.max(second)
        } else {
            first.min(second)
        })
    }
}
