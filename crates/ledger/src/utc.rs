//! A time as people and other programs write it.

use std::time::{Duration, UNIX_EPOCH};

use crate::access::write_time;

/// RFC 3339 in UTC with milliseconds; `at`: seconds since the Unix epoch.
pub fn rfc3339(at: f64) -> String {
    // What is no time at all (negative, NaN, beyond the year 9999) shows as the nearest that is.
    let since = Duration::from_secs_f64(at.clamp(0.0, 253_402_300_799.0).max(0.0));
    let mut text = Vec::with_capacity(24);
    write_time(&mut text, UNIX_EPOCH + since);
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_whatever_they_are() {
        assert_eq!(rfc3339(1_709_210_096.75), "2024-02-29T12:34:56.750Z");
        assert_eq!(rfc3339(-1.0), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(f64::NAN), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(f64::INFINITY), "9999-12-31T23:59:59.000Z");
    }
}
