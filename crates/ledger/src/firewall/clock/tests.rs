//! Times as loggers write them, around new year and around the hour that comes twice.

use super::*;

/// 2023-11-05T06:30:00Z, within the hour that came twice in California an hour later.
const NOW: u64 = 1_699_165_800;

fn at(text: &str) -> u64 {
    text.parse::<jiff::Timestamp>().expect("a time").as_second() as u64
}

fn clock(zone: &str, now: &str) -> Clock {
    Clock::new(Zone::named(zone).expect("a zone"), at(now))
}

#[track_caller]
fn check(clock: &mut Clock, line: &str, expected: &str) {
    let read = clock.read(line.as_bytes());
    assert_eq!(read.map(|(at, _)| at), Some(at(expected)), "{line}");
    let rest = read.map_or(&b""[..], |(_, rest)| rest);
    assert!(rest.starts_with(b" host") || rest.is_empty(), "{line}: {rest:?}");
}

#[test]
fn every_form_is_the_same_moment() {
    let mut clock = Clock::new(Zone::utc(), NOW);
    for line in [
        "Nov  5 06:29:58 host kernel: x",
        "Nov 05 06:29:58 host kernel: x",
        "<134>Nov  5 06:29:58 host kernel: x",
        "2023-11-05T06:29:58Z host",
        "2023-11-05T06:29:58.123456+00:00 host",
        "2023-11-04T23:29:58-0700 host",
        "2023-11-05T07:29:58,123+0100 host",
        "2023-11-05 06:29:58 host",
        "<4>1 2023-11-05T06:29:58.1Z host kernel - - - x",
        "2023-11-05T06:29:58Z",
    ] {
        check(&mut clock, line, "2023-11-05T06:29:58Z");
    }
}

#[test]
fn what_is_no_time_is_none() {
    let mut clock = Clock::new(Zone::utc(), NOW);
    for line in [
        "",
        "Nov",
        "Nov  5 06:29:5",
        "Nov 32 06:29:58 host",
        "Nov  5 26:29:58 host",
        "Feb 30 06:29:58 host",
        "nov  5 06:29:58 host",
        "Nov  5 06:29:58host",
        "2023-13-05T06:29:58Z host",
        "2023-11-05X06:29:58Z host",
        "2023-11-05T06:29:58+1 host",
        "0000-00-00T00:00:00Z",
        "<1345>Nov  5 06:29:58 host",
        "[12.5] without an anchor",
        "kernel: [12.5] x",
    ] {
        assert_eq!(clock.read(line.as_bytes()), None, "{line}");
    }
}

/// Goal: a line of December that is read in January is of last year, and one that a fast clock
/// dates a moment ahead is not a year old.
#[test]
fn the_year_is_the_latest_that_fits() {
    let mut clock = clock("UTC0", "2024-01-01T00:00:05Z");
    check(&mut clock, "Dec 31 23:59:59 host", "2023-12-31T23:59:59Z");
    check(&mut clock, "Jan  1 00:00:04 host", "2024-01-01T00:00:04Z");
    check(&mut clock, "Jan  1 00:00:09 host", "2024-01-01T00:00:09Z");
    check(&mut clock, "Jan  3 00:00:00 host", "2023-01-03T00:00:00Z");
    check(&mut clock, "Feb 29 12:00:00 host", "2020-02-29T12:00:00Z");
    clock.advance(at("2023-12-31T23:59:58Z"));
    check(&mut clock, "Jan  1 00:00:01 host", "2024-01-01T00:00:01Z");
}

/// Goal: new year is the logger's, not UTC's.
#[test]
fn a_zone_ahead_has_its_own_new_year() {
    let mut clock = clock("<+09>-9", "2023-12-31T15:00:10Z");
    check(&mut clock, "Jan  1 00:00:05 host", "2023-12-31T15:00:05Z");
    check(&mut clock, "Dec 31 23:59:59 host", "2023-12-31T14:59:59Z");
}

#[test]
fn the_hour_that_comes_twice_is_the_latest_possible() {
    let mut clock = clock("PST8PDT,M3.2.0,M11.1.0", "2023-11-05T08:31:00Z");
    check(&mut clock, "Nov  5 01:30:59 host", "2023-11-05T08:30:59Z");
    clock.advance(at("2023-11-05T09:31:00Z"));
    check(&mut clock, "Nov  5 01:30:59 host", "2023-11-05T09:30:59Z");
    check(&mut clock, "Nov  4 22:00:00 host", "2023-11-05T05:00:00Z");
}

#[test]
fn an_uptime_counts_from_its_anchor() {
    let mut clock = Clock::new(Zone::utc(), NOW);
    clock.anchor(b"[  100.25] x", NOW);
    assert_eq!(clock.read(b"[   90.999999] x"), Some((NOW - 10, &b" x"[..])));
    assert_eq!(clock.read(b"[200000.0] x"), Some((NOW + 199_900, &b" x"[..])));
    clock.advance(NOW + 300_000);
    assert_eq!(clock.read(b"[    5.5] x"), Some((NOW + 300_000, &b" x"[..])));
}
