//! Dates of the Gregorian calendar in UTC, as people write them.

use std::fmt;

const DAY_S: i64 = 86_400;
/// The first second of the year 10000, in which dates lose their shape.
const END_S: i64 = 253_402_300_800;

/// A second, to be written as `2026-05-01T12:00:00`, without its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Utc {
    at_s: u64,
}

impl Utc {
    /// The second at so many after the Unix epoch.
    pub fn of(at_s: u64) -> Utc {
        Utc { at_s }
    }

    /// Seconds since the Unix epoch.
    pub fn seconds(self) -> u64 {
        self.at_s
    }

    /// Reads `2026-05-01`, `2026-05-01T12:00` or `2026-05-01 12:00:00`, with `Z` or an offset such
    /// as `+02:00` behind a time. Without one it is UTC. `None` of anything else.
    pub fn parse(text: &str) -> Option<Utc> {
        let (date, time) = match text.split_once(['T', ' ']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let days = days(year, month, day);
        // A day that is none, such as the 30th of February, is another day when read back.
        if civil(days) != (year, month, day) {
            return None;
        }
        let at_s = days * DAY_S + time.map_or(Some(0), of_day)?;
        let at_s = (0..END_S).contains(&at_s).then_some(at_s)?;
        Some(Utc { at_s: u64::try_from(at_s).ok()? })
    }
}

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, second) = (self.at_s / DAY_S as u64, self.at_s % DAY_S as u64);
        let (year, month, day) = civil(days as i64);
        let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}")
    }
}

/// `12:00`, `12:00:00Z`, `12:00+02:00`: the second of the day in UTC, outside of it where the
/// offset makes it so.
fn of_day(text: &str) -> Option<i64> {
    let end = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (time, zone) = text.split_at(end);
    let offset = match zone.split_at_checked(1) {
        None | Some(("Z", "")) => 0,
        Some((sign @ ("+" | "-"), zone)) => {
            let [hours, minutes] = numbers(zone, ':', [2, 2])?;
            let offset = (hours < 24 && minutes < 60).then_some(hours * 3600 + minutes * 60)?;
            if sign == "+" { offset } else { -offset }
        }
        Some(_) => return None,
    };
    let [hours, minutes, seconds] = numbers(time, ':', [2, 2, 2])
        .or_else(|| numbers(time, ':', [2, 2]).map(|[hours, minutes]| [hours, minutes, 0]))?;
    let within = hours < 24 && minutes < 60 && seconds < 60;
    within.then_some(hours * 3600 + minutes * 60 + seconds - offset)
}

/// Numbers of so many digits each.
fn numbers<const N: usize>(text: &str, by: char, digits: [usize; N]) -> Option<[i64; N]> {
    let parts: [&str; N] = text.split(by).collect::<Vec<_>>().try_into().ok()?;
    let mut all = [0; N];
    for ((part, digits), place) in parts.into_iter().zip(digits).zip(&mut all) {
        let fits = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        *place = fits.then(|| part.parse().ok()).flatten()?;
    }
    Some(all)
}

/// Year, month and day of a day number since 1970-01-01, by counting from 1 March, where the
/// leap day comes last.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The way back.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates_and_dates_days() {
        let dates = [
            (0, (1970, 1, 1)),
            (19_782, (2024, 2, 29)),
            (11_016, (2000, 2, 29)),
            (20_454, (2026, 1, 1)),
        ];
        for (number, (year, month, day)) in dates {
            assert_eq!(civil(number), (year, month, day));
            assert_eq!(days(year, month, day), number);
        }
    }

    #[test]
    fn moments_are_read_as_they_are_written() {
        let check = |text: &str, expected: u64| {
            assert_eq!(Utc::parse(text).map(Utc::seconds), Some(expected), "{text}");
        };
        check("1970-01-01", 0);
        check("2024-02-29T12:34:56", 1_709_210_096);
        check("2024-02-29T12:34:56Z", 1_709_210_096);
        check("2024-02-29 12:34", 1_709_210_040);
        check("2024-02-29T14:34:56+02:00", 1_709_210_096);
        check("2024-02-29T07:04:56-05:30", 1_709_210_096);
        assert_eq!(Utc::of(1_709_210_096).to_string(), "2024-02-29T12:34:56");
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for bad in [
            "",
            "now",
            "2024",
            "2024-2-29",
            "2023-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-01-01T",
            "2024-01-01T24:00",
            "2024-01-01T12:60",
            "2024-01-01T12:00:00X",
            "2024-01-01T12:00+2",
            "1969-12-31",
            "2024-01-01T12:00Z+01:00",
        ] {
            assert_eq!(Utc::parse(bad), None, "{bad}");
        }
    }
}
