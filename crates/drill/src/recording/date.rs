//! Dates as access logs write them.

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `10/Oct/2000:13:55:36 -0700`, in seconds since 1970.
pub(super) fn of_combined(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(':')?;
    let (time, zone) = time.split_once(' ')?;
    let [day, month, year] = parts(date, '/')?;
    let month = MONTHS.iter().position(|name| *name == month)? as i64 + 1;
    let days = days(number(year, 4)?, month, number(day, 2)?)?;
    let (sign, zone) = signed(zone)?;
    let offset = number(zone.get(..2)?, 2)? * 3600 + number(zone.get(2..)?, 2)? * 60;
    Some(days * 86_400 + seconds(time)? - sign * offset)
}

/// `2026-11-28T12:00:00.125Z` or with an offset `+01:00`, in nanoseconds since 1970.
pub(super) fn of_rfc3339(text: &str) -> Option<i64> {
    let (date, rest) = text.split_once('T')?;
    let [year, month, day] = parts(date, '-')?;
    let days = days(number(year, 4)?, number(month, 2)?, number(day, 2)?)?;
    let (time, rest) = rest.split_at_checked(8)?;
    let end = rest.find(|c: char| c != '.' && !c.is_ascii_digit())?;
    let (fraction, zone) = rest.split_at(end);
    let offset = match zone {
        "Z" => 0,
        _ => {
            let (sign, zone) = signed(zone)?;
            let [hours, minutes] = parts(zone, ':')?;
            sign * (number(hours, 2)? * 3600 + number(minutes, 2)? * 60)
        }
    };
    let seconds = days * 86_400 + seconds(time)? - offset;
    seconds.checked_mul(1_000_000_000)?.checked_add(nanos(fraction)?)
}

fn parts<const N: usize>(text: &str, by: char) -> Option<[&str; N]> {
    text.split(by).collect::<Vec<_>>().try_into().ok()
}

/// A number of so many digits, and of nothing else.
fn number(text: &str, digits: usize) -> Option<i64> {
    let is_one = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    is_one.then(|| text.parse().ok()).flatten()
}

fn signed(zone: &str) -> Option<(i64, &str)> {
    zone.strip_prefix('+').map(|rest| (1, rest)).or(zone.strip_prefix('-').map(|rest| (-1, rest)))
}

/// `13:55:36`. A leap second counts as the one after it.
fn seconds(time: &str) -> Option<i64> {
    let [hours, minutes, seconds] = parts(time, ':')?;
    let (hours, minutes, seconds) = (number(hours, 2)?, number(minutes, 2)?, number(seconds, 2)?);
    let within = hours < 24 && minutes < 60 && seconds <= 60;
    within.then_some(hours * 3600 + minutes * 60 + seconds)
}

/// `.125`; what is beyond nanoseconds is left out.
fn nanos(fraction: &str) -> Option<i64> {
    let Some(digits) = fraction.strip_prefix('.') else {
        return fraction.is_empty().then_some(0);
    };
    let kept = &digits[..digits.len().min(9)];
    let is_number = !kept.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("{kept:0<9}").parse().ok()).flatten()
}

/// Days since 1970-01-01, by years that begin in March, where the leap day comes last.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=longest).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(
        year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year
            - 719_468,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read() {
        assert_eq!(of_combined("10/Oct/2000:13:55:36 -0700"), Some(971_211_336));
        assert_eq!(of_combined("01/Jan/1970:01:00:00 +0100"), Some(0));
        assert_eq!(of_combined("29/Feb/2024:00:00:00 +0000"), Some(1_709_164_800));
        assert_eq!(of_rfc3339("1970-01-01T00:00:01.5Z"), Some(1_500_000_000));
        assert_eq!(of_rfc3339("1970-01-01T01:00:00+01:00"), Some(0));
        assert_eq!(of_rfc3339("2024-02-29T00:00:00.123456789123Z"), {
            Some(1_709_164_800_123_456_789)
        });
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            ":",
            "29/Feb/2023:00:00:00 +0000",
            "1/Jan/2023:00:00:00 +0000",
            "01/Jan/2023:24:00:00 +0000",
            "01/Jan/2023:00:00:00 0000",
            "01/Jän/2023:00:00:00 +ü",
            "01/Jan/2023:00:00:00 +00é0",
        ] {
            assert_eq!(of_combined(text), None, "{text}");
        }
        for text in [
            "",
            "T",
            "2023-13-01T00:00:00Z",
            "2023-01-01T00:00:00",
            "2023-01-01T0é",
            "2023-01-01T00:00:00.Z",
            "2023-01-01T00:00:00.1.2Z",
            "9999-12-31T23:59:59Z",
        ] {
            assert_eq!(of_rfc3339(text), None, "{text}");
        }
    }
}
