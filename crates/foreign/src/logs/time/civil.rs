//! Days of the Gregorian calendar.

/// Days from 1970-01-01 to a date; `None` of a day that is not in the calendar.
pub(super) fn days(year: u16, month: u8, day: u8) -> Option<i64> {
    if !(1..=12).contains(&month) || day == 0 || day > length(year, month) {
        return None;
    }
    // Counted from March, a year's leap day comes last.
    let early = month <= 2;
    let year = i64::from(year) - i64::from(early);
    let month = i64::from(month) + if early { 9 } else { -3 };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

fn length(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
