//! Times that come back: words, or expressions of cron.

use std::fmt;

use cronexpr::{Crontab, FallbackTimezoneOption, MakeTimestamp, ParseOptions, parse_crontab_with};

/// Words that stand for expressions. None falls on a full hour, when everybody's do.
const WORDS: [(&str, &str); 3] =
    [("hourly", "17 * * * *"), ("daily", "17 3 * * *"), ("weekly", "17 3 * * 1")];

/// Times that come back.
#[derive(Clone, Debug)]
pub struct Schedule(Crontab);

/// A text that is no schedule, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleError(String);

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ScheduleError {}

impl Schedule {
    /// Reads `hourly`, `daily`, `weekly`, or minute, hour, day of the month, month and day of the
    /// week, with a time zone behind them where it is not UTC.
    ///
    /// # Errors
    /// When it is neither, or names no time that ever comes.
    pub fn parse(text: &str) -> Result<Schedule, ScheduleError> {
        let word = WORDS.iter().find(|(word, _)| *word == text.trim());
        let expression = word.map_or(text, |(_, expression)| expression);
        let mut options = ParseOptions::default();
        options.fallback_timezone_option = FallbackTimezoneOption::UTC;
        let told = |error: cronexpr::Error| {
            let text = error.to_string();
            ScheduleError(text.lines().last().unwrap_or_default().trim().to_owned())
        };
        let schedule = Schedule(parse_crontab_with(expression, options).map_err(told)?);
        match schedule.after(0) {
            Some(_) => Ok(schedule),
            None => Err(ScheduleError("that day never comes".to_owned())),
        }
    }

    /// The first of its times after a moment, both in seconds since the Unix epoch. `None` where
    /// there is none in the next years.
    pub fn after(&self, at_s: u64) -> Option<u64> {
        let moment = MakeTimestamp::from_second(i64::try_from(at_s).ok()?).ok()?;
        let next = self.0.find_next(moment).ok()?;
        u64::try_from(next.timestamp().as_second()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-05-01 10:00 UTC, a Wednesday.
    const OUTAGE: u64 = 1_714_557_600;

    #[test]
    fn words_and_expressions_have_times() {
        let after = |text: &str| Schedule::parse(text).expect(text).after(OUTAGE);
        assert_eq!(after("hourly"), Some(OUTAGE + 17 * 60));
        assert_eq!(after("daily"), Some(OUTAGE + 17 * 3600 + 17 * 60));
        assert_eq!(after("weekly"), Some(OUTAGE + (4 * 24 + 17) * 3600 + 17 * 60));
        assert_eq!(after("30 6 * * 1-5"), Some(OUTAGE + (20 * 60 + 30) * 60));
        // Two hours ahead of UTC in May.
        assert_eq!(after("0 13 * * * Europe/Berlin"), Some(OUTAGE + 3600));
    }

    #[test]
    fn other_texts_are_none() {
        for text in ["", "dayly", "61 * * * *", "* * * *", "0 0 31 2 *", "0 0 * * * Nowhere"] {
            let error = Schedule::parse(text).expect_err(text);
            assert!(!error.to_string().is_empty(), "{text}");
        }
    }
}
