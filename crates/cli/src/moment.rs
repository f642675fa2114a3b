//! Moments, as people ask for them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use config::{Span, UnitError};
use ledger::Utc;

/// A number from here on is seconds since 1970, not a length without its unit.
const SMALLEST_EPOCH_S: u64 = 100_000_000;

/// A moment, as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// So long before another one.
    Ago(Span),
    /// Seconds since the Unix epoch.
    At(u64),
}

impl Moment {
    pub(crate) fn parse(text: &str) -> Result<Moment, String> {
        if let Some(at_s) = text.parse::<u64>().ok().filter(|&at_s| at_s >= SMALLEST_EPOCH_S) {
            return Ok(Moment::At(at_s));
        }
        if let Some(moment) = Utc::parse(text) {
            return Ok(Moment::At(moment.seconds()));
        }
        text.parse().map(Moment::Ago).map_err(|error: UnitError| {
            format!("{error}; a moment is written as in 2026-05-01T12:00")
        })
    }

    /// Its second, a length counted back from `end_s`.
    pub(crate) fn before(self, end_s: u64) -> u64 {
        match self {
            Moment::At(at_s) => at_s,
            Moment::Ago(span) => end_s.saturating_sub(Duration::from(span).as_secs()),
        }
    }
}

/// Seconds since the Unix epoch, now.
pub(crate) fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// A length of time as one says it.
pub(crate) fn length(seconds: f64) -> String {
    match seconds.max(0.0) as u64 {
        s if s < 120 => format!("{s} s"),
        s if s < 7200 => format!("{} min", s / 60),
        s if s < 172_800 => format!("{} h", s / 3600),
        s => format!("{} days", s / 86_400),
    }
}
