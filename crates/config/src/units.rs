//! Durations and sizes as people write them: `250ms`, `2s`, `8h`, `64KiB`, `10MB`.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;
use std::time::Duration;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

mod size;
mod span;

/// A length of time in the configuration; written with a unit (`ns us ms s m h d`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub Duration);

/// A number of bytes in the configuration; written with a unit (`B KB KiB MB MiB GB GiB`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size(pub u64);

/// Why a text is no duration or size, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError {
    /// What is wrong with the text.
    pub what: String,
    /// What to write instead.
    pub hint: String,
    /// Whether it is the unit that is missing or unknown.
    pub of_unit: bool,
}

impl UnitError {
    fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { what: what.into(), hint: hint.into(), of_unit: false }
    }

    fn of_unit(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { of_unit: true, ..Self::new(what, hint) }
    }
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what, self.hint)
    }
}

impl std::error::Error for UnitError {}

/// Splits `1.5` of `1.5h` into its whole digits, its fraction's digits, and the rest.
fn split_number(text: &str) -> (&str, &str, &str) {
    let digits = |t: &str| t.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = text.split_at(digits(text));
    let Some(tail) = rest.strip_prefix('.') else { return (whole, "", rest) };
    let (fraction, rest) = tail.split_at(digits(tail));
    (whole, fraction, rest)
}

/// `whole.fraction` times `unit`, exactly; `None` when it overflows or is no whole number.
fn scale(whole: &str, fraction: &str, unit: u64) -> Option<u64> {
    let whole: u64 = whole.parse().ok()?;
    let mut total = u128::from(whole) * u128::from(unit);
    if !fraction.is_empty() {
        let digits: u64 = fraction.parse().ok()?;
        let divisor = 10u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        let part = u128::from(digits) * u128::from(unit);
        if part % divisor != 0 {
            return None;
        }
        total += part / divisor;
    }
    u64::try_from(total).ok()
}

/// Reads a text with a unit; a bare number is refused with the unit it may have meant.
struct WithUnit<T>(PhantomData<T>);

impl<T: FromStr<Err = UnitError>> Visitor<'_> for WithUnit<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text with a unit")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        number.to_string().parse().map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        number.to_string().parse().map_err(E::custom)
    }
}

macro_rules! written_as_text {
    ($($unit:ty),*) => {$(
        impl<'de> Deserialize<'de> for $unit {
            fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
                source.deserialize_any(WithUnit(PhantomData))
            }
        }

        impl Serialize for $unit {
            fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
                sink.collect_str(self)
            }
        }
    )*};
}

written_as_text!(Span, Size);
