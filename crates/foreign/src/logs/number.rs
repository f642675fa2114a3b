//! Numbers as logs write them.

/// A whole number with nothing around it; `None` of anything else and of what does not fit.
pub(super) fn whole(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    text.iter().try_fold(0_u64, |sum, byte| Some(sum * 10 + u64::from(digit(*byte)?)))
}

/// A number with a fraction and perhaps a sign, as `0.005`, `.5`, `-1` or `1.5e-4`.
pub(super) fn decimal(text: &[u8]) -> Option<f64> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let point = text.iter().position(|&byte| byte == b'.').unwrap_or(text.len());
    let (before, after) = text.split_at_checked(point)?;
    let fraction = after.get(1..).unwrap_or_default();
    let size = match (before, fraction) {
        ([], []) => None,
        ([], _) => Some(part(fraction)?),
        _ => whole(before).and_then(|sum| Some(sum as f64 + part(fraction)?)),
    };
    let size = size.or_else(|| scientific(text))?;
    Some(if negative { -size } else { size })
}

/// The digits behind a point.
fn part(digits: &[u8]) -> Option<f64> {
    const SCALE: [f64; 10] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
    // Behind a billionth comes what no clock has measured.
    let kept = digits.get(..9).unwrap_or(digits);
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let sum = if kept.is_empty() { 0 } else { whole(kept)? };
    Some(sum as f64 / SCALE.get(kept.len()).copied().unwrap_or(1.0))
}

/// Rare, so that the slow way will do.
fn scientific(text: &[u8]) -> Option<f64> {
    let starts = text.first().is_some_and(u8::is_ascii_digit);
    if !starts || text.len() > 40 {
        return None;
    }
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    value.is_finite().then_some(value)
}

/// The number that two digits at the start make.
pub(super) fn two(text: &[u8]) -> Option<u8> {
    match text {
        [tens, ones, ..] => Some(digit(*tens)? * 10 + digit(*ones)?),
        _ => None,
    }
}

pub(super) fn digit(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then(|| byte - b'0')
}

/// The value of `41`, `fF`.
pub(super) fn hex(high: u8, low: u8) -> Option<u8> {
    let value = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(value(high)? * 16 + value(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_whole_or_not_at_all() {
        assert_eq!(whole(b"0012"), Some(12));
        assert_eq!(whole(b"9999999999999999999"), Some(9_999_999_999_999_999_999));
        for bad in [&b""[..], b"-", b"1a", b"99999999999999999999", b" 1"] {
            assert_eq!(whole(bad), None);
        }
        let check = |text: &[u8], expected: Option<f64>| assert_eq!(decimal(text), expected);
        check(b"0.005", Some(0.005));
        check(b"12", Some(12.0));
        check(b"-1", Some(-1.0));
        check(b".5", Some(0.5));
        check(b"1.", Some(1.0));
        check(b"1e3", Some(1000.0));
        check(b"9.29675e-05", Some(9.29675e-5));
        check(b"0.12345678901234567890", Some(0.123456789));
        check(b"99999999999999999999", Some(1e20));
        for bad in [&b""[..], b"-", b".", b"1.2.3", b"nan", b"inf", b"1e999", b"0x1"] {
            check(bad, None);
        }
        assert_eq!((two(b"07x"), two(b"7"), two(b"a1")), (Some(7), None, None));
        assert_eq!((hex(b'4', b'f'), hex(b'g', b'0')), (Some(0x4f), None));
    }
}
