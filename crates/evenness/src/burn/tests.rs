//! Outages, slow burns, and the few errors that are neither.

use super::*;

const START_S: u64 = 1_700_000_003;

/// Plays seconds of (per second good, bad) from the start, and says when which pair first burns.
fn first(burn: &mut Burn, seconds: u64, of: impl Fn(u64) -> (u64, u64)) -> Option<(u64, BurnPair)> {
    (0..seconds).find_map(|second| {
        let (good, bad) = of(second);
        burn.note(START_S + second, good, bad);
        match burn.judge(START_S + second) {
            BurnState::Burning(burning) => Some((second, burning.pair)),
            _ => None,
        }
    })
}

/// Goal: a total outage pages within ten seconds, at any rate and phase of the clock, whatever
/// was before.
#[test]
fn a_total_outage_pages_within_ten_seconds() {
    for objective in [0.9, 0.99, 0.999, 0.9999] {
        for rate in [2, 50, 5_000] {
            for quiet_s in [0, 100, 3_601, 3_608, 20_005] {
                let mut burn = Burn::new(objective);
                let found = first(&mut burn, quiet_s + 100, |second| {
                    if second < quiet_s { (rate, 0) } else { (0, rate) }
                });
                let (second, pair) = found.expect("an alarm");
                let delay = second - quiet_s + 1;
                let what = format!("{objective}, {rate}/s, after {quiet_s} s: {delay} s {pair:?}");
                // A tenth is what the loosest objective allows all the time.
                assert!(delay <= if objective > 0.95 { 10 } else { 20 }, "{what}");
                assert_eq!(pair, BurnPair::Outage, "{what}");
            }
        }
    }
}

/// Goal: a clock that was ahead for seconds hides no outage. Method: one that is set back by
/// minutes, an hour and days, and an outage a minute later.
#[test]
fn a_clock_that_was_ahead_hides_nothing() {
    for ahead_s in [400, 3_600, 10 * 86_400] {
        let mut burn = Burn::new(0.999);
        (0..3_600).for_each(|second| burn.note(START_S - 3_600 + second, 50, 0));
        (0..5).for_each(|second| burn.note(START_S + ahead_s + second, 50, 0));
        let found = first(&mut burn, 200, |second| if second < 60 { (50, 0) } else { (0, 50) });
        let (second, _) = found.expect("an alarm");
        assert!((60..=70).contains(&second), "{ahead_s}: {second}");
    }
}

#[test]
fn few_errors_wake_nobody() {
    let mut burn = Burn::new(0.999);
    assert_eq!(
        first(&mut burn, 300, |second| (u64::from(second == 5) * 2, u64::from(second == 5))),
        None
    );
    // A night with a request per minute, three of which fail.
    let mut burn = Burn::new(0.999);
    let night = |second| match second % 60 {
        0 if second % 3_600 == 0 => (0, 1),
        0 => (1, 0),
        _ => (0, 0),
    };
    assert_eq!(first(&mut burn, 3 * 3_600, night), None);
    // One failure in 2,000 is within an objective of 99.9 %.
    let mut burn = Burn::new(0.999);
    assert_eq!(first(&mut burn, 6 * 3_600, |second| (100, u64::from(second % 20 == 0))), None);
}

/// Goal: each pair fires for the burn that it is made for, and no more urgent one does. Method:
/// constant error rates after a good day, against the workbook's detection times.
#[test]
fn each_pair_has_its_burn() {
    for (bad_of_10_000, pair, from_s, to_s) in [
        (1_500, BurnPair::Outage, 5, 90),
        (500, BurnPair::Fast, 600, 1_200),
        (80, BurnPair::Slow, 3 * 3_600, 6 * 3_600),
        (20, BurnPair::Lasting, 10 * 3_600, 3 * 86_400),
    ] {
        let mut burn = Burn::new(0.999);
        for minute in 0..3 * 24 * 60 {
            burn.note(START_S + minute * 60, 600_000, 0);
        }
        let quiet_s = 3 * 86_400;
        let mut at_s = quiet_s;
        let burning = loop {
            burn.note(START_S + at_s, 100_000 - bad_of_10_000 * 10, bad_of_10_000 * 10);
            if let BurnState::Burning(burning) = burn.judge(START_S + at_s) {
                break burning;
            }
            at_s += 10;
        };
        let delay_s = at_s - quiet_s;
        assert_eq!(burning.pair, pair, "{bad_of_10_000} after {delay_s} s");
        assert!((from_s..to_s).contains(&delay_s), "{pair:?} after {delay_s} s");
        assert!(burning.long >= burning.limit && burning.short >= burning.limit, "{burning:?}");
        assert!(burning.spent_in_s() <= 30.0 * 86_400.0 / burning.limit);
    }
}

#[test]
fn it_ends_with_the_short_window() {
    let mut burn = Burn::new(0.999);
    first(&mut burn, 60, |_| (100, 0));
    (60..120).for_each(|second| burn.note(START_S + second, 0, 100));
    assert!(matches!(burn.judge(START_S + 119), BurnState::Burning(_)));
    (120..520).for_each(|second| burn.note(START_S + second, 100, 0));
    assert_eq!(burn.judge(START_S + 519), BurnState::Calm);
}

#[test]
fn silence_is_not_calm() {
    let mut burn = Burn::new(0.999);
    assert_eq!(burn.judge(START_S), BurnState::NoData);
    burn.note(START_S, 5, 0);
    assert_eq!(burn.judge(START_S + 200), BurnState::Calm);
    assert_eq!(burn.judge(START_S + 400), BurnState::NoData);
    assert_eq!(burn.rate(START_S + 400, 3_600), Some(0.0));
    assert_eq!(burn.rate(START_S + 9_000, 3_600), None);
}

/// Goal: late and early answers land where they belong. One that is older than all that is kept
/// comes from a clock that was set back: what it noted before is of no time.
#[test]
fn time_may_jump() {
    let mut burn = Burn::new(0.99);
    burn.note(START_S + 50, 10, 0);
    burn.note(START_S, 0, 10);
    assert_eq!(burn.sum(START_S + 50, 60), (10, 10));
    assert_eq!(burn.sum(START_S + 50, 10), (10, 0));
    burn.note(START_S + 10 * 86_400, 1, 0);
    burn.note(START_S + 50, 7, 7);
    assert_eq!(burn.sum(START_S + 10 * 86_400, 3 * 86_400), (0, 0));
    assert_eq!(burn.sum(START_S + 50, 60), (7, 7));
    burn.note(u64::MAX, 1, 1);
    assert_eq!(burn.sum(u64::MAX, 60), (1, 1));
}
