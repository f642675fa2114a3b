//! Times and sizes, with the units that nginx knows.

/// Milliseconds of a time such as `500ms`, `10`, `1m 30s`; without a unit they are seconds.
pub fn millis(text: &str) -> Option<u64> {
    // Years and months are not among the units of times below a second.
    sum(text, &[("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000)], 1000, true)
}

/// Seconds of a time such as `10`, `1h30m`, `1d`.
pub fn seconds(text: &str) -> Option<u64> {
    let units = [
        ("y", 31_536_000),
        ("M", 2_592_000),
        ("w", 604_800),
        ("d", 86_400),
        ("h", 3600),
        ("m", 60),
    ];
    sum(text, &units, 1, false)
}

/// Adds parts up. Each unit may stand once, the greatest first.
fn sum(text: &str, units: &[(&str, u64)], second: u64, has_ms: bool) -> Option<u64> {
    let mut units = units.to_vec();
    units.push(("s", second));
    let (mut rest, mut total, mut from) = (text, 0u64, 0);
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, behind) = rest.split_at(end);
        let number: u64 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
        let (scale, unit_end) = if has_ms && behind.starts_with("ms") && from <= units.len() {
            from = units.len() + 1;
            (1, 2)
        } else if behind.is_empty() || behind.starts_with(' ') {
            if !behind.is_empty() && from >= units.len() {
                return None;
            }
            from = from.max(units.len());
            (second, behind.len().min(1))
        } else if behind.starts_with("ms") {
            return None;
        } else {
            let index = units.iter().position(|(unit, _)| behind.starts_with(unit))?;
            if index < from {
                return None;
            }
            from = index + 1;
            (units[index].1, 1)
        };
        total = total.checked_add(number.checked_mul(scale)?)?;
        rest = behind.get(unit_end..)?.trim_start_matches(' ');
    }
    i64::try_from(total).ok()?;
    Some(total)
}

/// Bytes of a size such as `512`, `64k`, `1m`, `2g`.
pub fn bytes(text: &str) -> Option<u64> {
    let (digits, scale) = match text.chars().next_back()? {
        'k' | 'K' => (text.get(..text.len() - 1)?, 1 << 10),
        'm' | 'M' => (text.get(..text.len() - 1)?, 1 << 20),
        'g' | 'G' => (text.get(..text.len() - 1)?, 1 << 30),
        _ => (text, 1),
    };
    number(digits)?.checked_mul(scale).filter(|&bytes| i64::try_from(bytes).is_ok())
}

/// A number as nginx reads it: digits alone.
pub(super) fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: Option<u64> = digits.then(|| text.parse().ok()).flatten();
    number.filter(|&number| i64::try_from(number).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_nginx() {
        let told = ["10", "10s", "1m", "1h 30m", "1h30m", "500ms", "1s500ms", "1y", "1M", ""];
        assert_eq!(
            told.map(millis),
            [
                Some(10_000),
                Some(10_000),
                Some(60_000),
                Some(5_400_000),
                Some(5_400_000),
                Some(500),
                Some(1500),
                None,
                None,
                None
            ]
        );
        let told = ["10", "10s", "1y", "1M2d", "2d1M", "10ms", "10x", "1m1m", "s", "10000s"];
        assert_eq!(
            told.map(seconds),
            [
                Some(10),
                Some(10),
                Some(31_536_000),
                Some(2_764_800),
                None,
                None,
                None,
                None,
                None,
                Some(10_000)
            ]
        );
        assert_eq!(millis("99999999999999999999"), None);
    }

    #[test]
    fn sizes_are_those_of_nginx() {
        let told = ["64k", "1M", "2g", "7", "", "k", "-1", "1kb", "99999999999999g"];
        let expected = [Some(65_536), Some(1 << 20), Some(2 << 30), Some(7)];
        assert_eq!(told.map(bytes)[..4], expected);
        assert_eq!(told.map(bytes)[4..], [None; 5]);
    }
}
