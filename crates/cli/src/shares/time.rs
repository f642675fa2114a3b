//! Moments and lengths of time, as they are asked for and as they are said.

use std::path::Path;
use std::time::Duration;

use config::{Span, UnitError};
use ledger::Utc;

/// A length of whole seconds.
pub(super) fn step(text: &str) -> Result<Span, String> {
    let span: Span = text.parse().map_err(|error: UnitError| error.to_string())?;
    let length = Duration::from(span);
    if length.as_secs() == 0 || length.subsec_nanos() > 0 {
        return Err("write whole seconds, as in 10s or 1m".to_owned());
    }
    Ok(span)
}

/// The time that is asked for, seconds since the Unix epoch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    pub(super) from_s: u64,
    pub(super) until_s: u64,
}

impl Stretch {
    pub(super) fn length_s(self) -> u64 {
        self.until_s - self.from_s
    }

    /// `2026-05-01T12:00:00Z to 2026-05-01T13:00:00Z`.
    pub(super) fn said(self) -> String {
        format!("{}Z to {}Z", Utc::of(self.from_s), Utc::of(self.until_s))
    }

    /// `measured 52 of 60 min`.
    pub(super) fn measured(self, measured_s: f64) -> String {
        let length_s = self.length_s() as f64;
        let (unit_s, unit) = match self.length_s() {
            ..600 => (1.0, "s"),
            600..14_400 => (60.0, "min"),
            14_400..172_800 => (3600.0, "h"),
            _ => (86_400.0, "days"),
        };
        let whole = (length_s / unit_s).round();
        let mut part = measured_s / unit_s;
        // The rest of a second in which it is asked, and clocks that differ, are no gap; a gap is
        // never rounded away.
        part = if part >= whole - 0.05 { whole } else { (part * 10.0).floor() / 10.0 };
        if part < 10.0 && part.fract() > 0.0 {
            format!("measured {part:.1} of {whole} {unit}")
        } else {
            format!("measured {} of {whole} {unit}", part.floor())
        }
    }

    /// That there is nothing of it.
    pub(super) fn empty(self, path: &Path) -> String {
        let hint = "ask for another time with --since and --until; `evenkeel serve` measures \
                    while it runs";
        let path = path.display();
        format!("nothing was measured from {}\n  detail: in {path}\n  hint: {hint}", self.said())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Moment;

    #[test]
    fn moments() {
        let ago = |s| Ok(Moment::Ago(Span::from_secs(s)));
        assert_eq!((Moment::parse("1h"), Moment::parse("90s")), (ago(3600), ago(90)));
        assert_eq!(Moment::parse("2024-02-29T12:34:56Z"), Ok(Moment::At(1_709_210_096)));
        assert_eq!(Moment::parse("1709210096"), Ok(Moment::At(1_709_210_096)));
        for bad in ["", "60", "yesterday", "2024-02-30", "-1h"] {
            assert!(Moment::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Moment::Ago(Span::from_secs(60)).before(100), 40);
        assert!(step("500ms").is_err() && step("0s").is_err() && step("10s").is_ok());
    }

    #[test]
    fn what_was_measured_is_said() {
        let check = |length_s: u64, measured_s: f64, expected: &str| {
            let stretch = Stretch { from_s: 1000, until_s: 1000 + length_s };
            assert_eq!(stretch.measured(measured_s), expected);
        };
        check(3600, 3120.0, "measured 52 of 60 min");
        check(3600, 3599.0, "measured 60 of 60 min");
        check(3600, 3590.0, "measured 59 of 60 min");
        check(60, 57.0, "measured 57 of 60 s");
        check(86_400, 5400.0, "measured 1.5 of 24 h");
        check(7 * 86_400, 7.0 * 86_400.0, "measured 7 of 7 days");
        check(7 * 86_400, 30.0, "measured 0 of 7 days");
    }
}
