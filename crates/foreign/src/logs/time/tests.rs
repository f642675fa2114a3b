//! Times against jiff's calendar, forms and what is none.

use jiff::{Timestamp, Zoned, civil::date, tz};
use proptest::prelude::*;

use super::Clock;
use super::civil::days;

fn check(text: &str, expected: Option<f64>) {
    assert_eq!(Clock::new(0).read(text.as_bytes()), expected, "{text}");
}

#[test]
fn forms_of_one_moment() {
    let at = 971_211_336.0;
    for text in [
        "10/Oct/2000:13:55:36 -0700",
        "10/Oct/2000:20:55:36",
        "2000-10-10T20:55:36Z",
        "2000-10-10T20:55:36+00:00",
        "2000-10-10 22:55:36+0200",
        "2000-10-10T15:25:36-05:30",
        "2000/10/10 20:55:36",
        "971211336",
        "971211336000",
        "971211336.000",
        "971211336000000",
        "971211336000000000",
    ] {
        check(text, Some(at));
    }
    check("10/Oct/2000:20:55:36.655", Some(at + 0.655));
    check("2000-10-10T20:55:36,25Z", Some(at + 0.25));
    check("2000-10-10T20:55:36.123456789123Z", Some(at + 0.123_456_789));
    check("971211336.5", Some(at + 0.5));
    check("31/Dec/2016:23:59:60 +0000", Some(1_483_228_800.0));
}

#[test]
fn what_is_no_time() {
    for text in [
        "",
        "-",
        "10/Oct/2000",
        "30/Feb/2000:00:00:00 +0000",
        "29/Feb/1900:00:00:00 +0000",
        "10/oct/2000:13:55:36",
        "10/Oct/2000:24:00:00",
        "10/Oct/2000:23:60:00",
        "10/Oct/2000:23:00:61",
        "10/Oct/2000:23:00:00 +0",
        "10/Oct/2000:23:00:00 +00000",
        "10/Oct/2000:23:00:00 x",
        "2000-13-01T00:00:00Z",
        "2000-00-01T00:00:00Z",
        "2000-10-10T1:00:00Z",
        "2000-10-10T10:00:00.Z",
        "2000-10-10T10:00:00+25:00",
        "-971211336",
        "1e30",
    ] {
        check(text, None);
    }
}

#[test]
fn a_zone_is_assumed_only_where_none_is_named() {
    let mut clock = Clock::new(3600);
    assert_eq!(clock.read(b"10/Oct/2000:21:55:36"), Some(971_211_336.0));
    assert_eq!(clock.read(b"10/Oct/2000:20:55:36 +0000"), Some(971_211_336.0));
}

/// Goal: the calendar is right. Method: each day from 1900 to 2400 against jiff's.
#[test]
fn every_day_of_five_centuries() {
    let mut day = date(1900, 1, 1);
    let mut expected = -25_567;
    while day.year() < 2400 {
        let told = days(day.year() as u16, day.month() as u8, day.day() as u8);
        assert_eq!(told, Some(expected), "{day}");
        (day, expected) = (day.tomorrow().expect("a day"), expected + 1);
    }
}

proptest! {
    /// Goal: what is written comes back, whatever was read before. Method: jiff writes moments in
    /// random zones, one clock reads all of them.
    #[test]
    fn moments_come_back(
        moments in prop::collection::vec((0..4_102_444_800_i64, -95..95_i32), 1..20)
    ) {
        let mut clock = Clock::new(0);
        for (at_s, quarters) in moments {
            let offset = tz::Offset::from_seconds(quarters * 900).expect("an offset");
            let at = Timestamp::from_second(at_s).expect("a time");
            let at: Zoned = at.to_zoned(offset.to_time_zone());
            for form in ["%d/%b/%Y:%H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%:z", "%Y-%m-%d %H:%M:%S %z"] {
                let text = at.strftime(form).to_string();
                prop_assert_eq!(clock.read(text.as_bytes()), Some(at_s as f64), "{}", text);
            }
        }
    }
}
