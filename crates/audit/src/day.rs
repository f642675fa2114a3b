//! A day of the calendar, as suppressions end with one.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// The first of all.
    pub const FIRST: Day = Day { year: 0, month: 1, day: 1 };

    /// A day that exists.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Day> {
        let longest = match month {
            2 if year.is_multiple_of(4)
                && (!year.is_multiple_of(100) || year.is_multiple_of(400)) =>
            {
                29
            }
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        (1..=longest).contains(&day).then_some(Day { year, month, day })
    }
}

impl FromStr for Day {
    type Err = ();

    /// Reads `2027-01-31` and nothing else.
    fn from_str(text: &str) -> Result<Day, ()> {
        let [year, month, day] = *text.split('-').collect::<Vec<_>>() else { return Err(()) };
        let digits =
            |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
            return Err(());
        }
        let number = |part: &str| part.parse::<u16>().map_err(drop);
        let small = |part: &str| part.parse::<u8>().map_err(drop);
        Day::new(number(year)?, small(month)?, small(day)?).ok_or(())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_exist_are_read() {
        let read = |text: &str| text.parse::<Day>().ok().map(|day| day.to_string());
        for text in ["2027-01-31", "2024-02-29", "2000-02-29"] {
            assert_eq!(read(text).as_deref(), Some(text));
        }
        for text in
            ["2027-02-29", "1900-02-29", "2027-13-01", "27-1-1", "2027-1-31", "+027-01-01", ""]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
