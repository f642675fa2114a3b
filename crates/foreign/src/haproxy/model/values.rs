//! Numbers, times and sizes as HAProxy reads them.

/// HAProxy keeps times and sizes in 31 bits.
const MAX: u64 = 0x7fff_ffff;

/// A number at the beginning of a text, as C's `atol` reads it: what is no number is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Integer {
    pub(super) value: i64,
    /// Whether it was nothing but a number.
    pub(super) is_clean: bool,
}

pub(super) fn integer(text: &str) -> Integer {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let magnitude = digits.bytes().take(length).fold(0_i64, |value, digit| {
        value.saturating_mul(10).saturating_add(i64::from(digit - b'0'))
    });
    let value = if text.starts_with('-') { -magnitude } else { magnitude };
    Integer { value, is_clean: length > 0 && length == digits.len() }
}

/// What a time without a unit is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Milliseconds,
    Seconds,
}

/// Why a text is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadTime {
    /// It has a letter that is no unit, or none that is a digit.
    Letter,
    Over,
}

/// A time in milliseconds, rounded up to its unit, and whether something stands behind the unit
/// that HAProxy ignores.
pub(super) fn time_ms(text: &str, unit: Unit) -> Result<(u64, bool), BadTime> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length).ok_or(BadTime::Letter)?;
    if digits.is_empty() {
        return Err(BadTime::Letter);
    }
    let value = digits.bytes().fold(0_u64, |value, digit| {
        value.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
    });
    let default_us = match unit {
        Unit::Milliseconds => 1_000,
        Unit::Seconds => 1_000_000,
    };
    let (us, rest) = match rest {
        "" => (default_us, rest),
        _ => units(rest).ok_or(BadTime::Letter)?,
    };
    let counted = value.saturating_mul(us).div_ceil(default_us);
    if counted > MAX {
        return Err(BadTime::Over);
    }
    Ok((counted.saturating_mul(default_us / 1_000), !rest.is_empty()))
}

fn units(rest: &str) -> Option<(u64, &str)> {
    const UNITS: [(&str, u64); 6] = [
        ("us", 1),
        ("ms", 1_000),
        ("s", 1_000_000),
        ("m", 60_000_000),
        ("h", 3_600_000_000),
        ("d", 86_400_000_000),
    ];
    UNITS.iter().find_map(|&(unit, us)| rest.strip_prefix(unit).map(|rest| (us, rest)))
}

/// A size with `k`, `m` or `g`, each 1024 times the one before; `None`: it is no size.
pub(super) fn size(text: &str) -> Option<u64> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length)?;
    let value: u64 = digits.parse().ok()?;
    let shift = match rest {
        "" => 0,
        "k" | "K" => 10,
        "m" | "M" => 20,
        "g" | "G" => 30,
        _ => return None,
    };
    value.checked_mul(1 << shift).filter(|&size| size <= u64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_what_is_in_front() {
        let check = |text, value, is_clean| {
            assert_eq!(integer(text), Integer { value, is_clean }, "{text}");
        };
        check("100", 100, true);
        check("-1", -1, true);
        check("10x", 10, false);
        check("x", 0, false);
        check("", 0, false);
        check("99999999999999999999", i64::MAX, true);
    }

    #[test]
    fn times_have_units_and_bounds() {
        let check = |text, expected| {
            assert_eq!(time_ms(text, Unit::Milliseconds), expected, "{text}");
        };
        check("500", Ok((500, false)));
        check("1m", Ok((60_000, false)));
        check("2d", Ok((172_800_000, false)));
        check("1500us", Ok((2, false)));
        check("9us", Ok((1, false)));
        check("0", Ok((0, false)));
        check("5sx", Ok((5_000, true)));
        check("", Err(BadTime::Letter));
        check("s", Err(BadTime::Letter));
        check("5x", Err(BadTime::Letter));
        check("25d", Err(BadTime::Over));
    }

    #[test]
    fn seconds_are_counted_in_seconds() {
        let check = |text, expected| assert_eq!(time_ms(text, Unit::Seconds), expected, "{text}");
        check("8h", Ok((28_800_000, false)));
        check("500ms", Ok((1_000, false)));
        check("30", Ok((30_000, false)));
    }

    #[test]
    fn sizes_have_binary_units() {
        assert_eq!((size("200k"), size("1M"), size("7")), (Some(204_800), Some(1 << 20), Some(7)));
        assert_eq!((size("1kb"), size("k"), size("-1"), size("9g")), (None, None, None, None));
    }
}
