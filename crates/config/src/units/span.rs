//! Durations: `250ms`, `1h30m`, `1.5s`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{Span, UnitError, scale, split_number};

const UNITS: [(&str, u64); 8] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("µs", 1_000),
    ("ns", 1),
];

/// Ten years: above any sense, and far below where nanoseconds overflow 64 bits.
const LONGEST_NS: u64 = 3_650 * 86_400_000_000_000;

impl Span {
    /// A length in nanoseconds; a longer one than 64 bits hold counts as the longest.
    pub fn as_nanos(self) -> u64 {
        u64::try_from(self.0.as_nanos()).unwrap_or(u64::MAX)
    }

    /// A length in seconds, rounded up; the longest that is accepted fits.
    pub fn as_secs_up(self) -> u32 {
        let part = u64::from(self.0.subsec_nanos() > 0);
        u32::try_from(self.0.as_secs().saturating_add(part)).unwrap_or(u32::MAX)
    }

    /// A length of whole milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(Duration::from_millis(millis))
    }

    /// A length of whole seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// Whether it is no time at all.
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }
}

impl From<Span> for Duration {
    fn from(span: Span) -> Self {
        span.0
    }
}

impl FromStr for Span {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let shape = || match text.starts_with('-') {
            true => UnitError::new(format!("`{text}` is below zero"), "write e.g. `30s`, or `0s`"),
            false => UnitError::new(format!("`{text}` is no duration"), "write e.g. `30s`"),
        };
        let mut rest = text;
        let mut total: u64 = 0;
        loop {
            let (whole, fraction, tail) = split_number(rest);
            if whole.is_empty() {
                return Err(shape());
            }
            let unit_length = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
            let (unit, next) = tail.split_at(unit_length);
            let part = unit_nanos(text, unit).map(|unit| scale(whole, fraction, unit))?;
            let sum = part.and_then(|part| total.checked_add(part));
            total = sum.filter(|sum| *sum <= LONGEST_NS).ok_or_else(|| {
                UnitError::new(format!("`{text}` is out of range"), "write `1ns` to `3650d`")
            })?;
            if next.is_empty() {
                return Ok(Self(Duration::from_nanos(total)));
            }
            rest = next;
        }
    }
}

fn unit_nanos(text: &str, unit: &str) -> Result<u64, UnitError> {
    if let Some((_, nanos)) = UNITS.iter().find(|(name, _)| *name == unit) {
        return Ok(*nanos);
    }
    if unit.is_empty() {
        let what = format!("`{text}` has no unit");
        let hint = format!("write `{text}s` for seconds, `{text}ms` for milliseconds");
        return Err(UnitError::of_unit(what, hint));
    }
    let meant = match unit.trim().to_ascii_lowercase().as_str() {
        "sec" | "secs" | "second" | "seconds" | "s" => "`s`",
        "min" | "mins" | "minute" | "minutes" | "m" => "`m`",
        "hr" | "hrs" | "hour" | "hours" | "h" => "`h`",
        "day" | "days" | "d" => "`d`",
        "msec" | "millis" | "ms" => "`ms`",
        _ => "one of `ns` `us` `ms` `s` `m` `h` `d`",
    };
    let what = format!("`{}` is no unit of time", unit.trim());
    Err(UnitError::of_unit(what, format!("write {meant} straight after the number, as in `30s`")))
}

/// The largest unit that leaves a whole number: `90s`, `8h`, `1500ms`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.as_nanos();
        if nanos == 0 {
            return f.write_str("0s");
        }
        let whole = |unit: &&(&str, u64)| nanos.is_multiple_of(u128::from(unit.1));
        let (name, unit) = UNITS.iter().find(whole).unwrap_or(&("ns", 1));
        write!(f, "{}{name}", nanos / u128::from(*unit))
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "span",
            "pattern": r"^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h|d))+$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let shown = match text.parse::<Span>() {
            Ok(span) => span.to_string(),
            Err(error) => format!("! {error}"),
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn durations_have_one_canonical_form() {
        check("250ms", "250ms");
        check("90s", "90s");
        check("120s", "2m");
        check("1h30m", "90m");
        check("1.5s", "1500ms");
        check("48h", "2d");
        check("0s", "0s");
        check("3µs", "3us");
    }

    #[test]
    fn what_is_no_duration_says_what_to_write() {
        check("30", "! `30` has no unit; write `30s` for seconds, `30ms` for milliseconds");
        check("", "! `` is no duration; write e.g. `30s`");
        check("-5s", "! `-5s` is below zero; write e.g. `30s`, or `0s`");
        check(
            "5 min",
            "! `min` is no unit of time; write `m` straight after the number, as in `30s`",
        );
        check("4000d", "! `4000d` is out of range; write `1ns` to `3650d`");
        check("0.5ns", "! `0.5ns` is out of range; write `1ns` to `3650d`");
    }
}
