//! The baseline that a history gives: of the same hour in past weeks.

use super::super::open::Store;
use super::super::record::Record;
use super::sample::{MIDNIGHT_S, record, window};
use evenness::PoolWindow;

const WEEK_S: u64 = 7 * 86_400;

/// A window for each minute of seven hours around `at_s`, of a minute's length.
fn hours(at_s: u64, per_s: u64) -> impl Iterator<Item = Record> {
    (at_s - 6 * 3600..at_s + 3600).step_by(60).map(move |from_s| {
        let requests = (per_s + 2) * 60;
        // Two in a second are asked again: no demand.
        let window = PoolWindow { length_s: 60.0, requests, asked_again: 120, ..window(from_s, 1) };
        record("portal", window)
    })
}

/// Goal: an outage in one week does not shift it, growth does. Method: three weeks, of which the
/// second was nearly silent, and a today a tenth busier than last week.
#[test]
fn from_three_weeks() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    let at_s = MIDNIGHT_S + 12 * 3600;
    let baseline = |store: &Store| store.baseline("portal", at_s).expect("reads");
    assert_eq!(baseline(&store), None);
    for (ago, per_s) in [(3, 90), (2, 3), (1, 100), (0, 110)] {
        let records: Vec<_> = hours(at_s - ago * WEEK_S, per_s)
            .filter(|record| {
                matches!(record, Record::Window { window, .. } if ago > 0 || window.from_s < at_s)
            })
            .collect();
        store.write(&records).expect("writes");
        if ago == 3 {
            let only = store.baseline("portal", at_s - 2 * WEEK_S).expect("reads");
            assert_eq!(only.map(|one| (one.expected_rate, one.weeks)), Some((90.0, 1)));
        }
    }
    let baseline = baseline(&store).expect("a baseline");
    assert_eq!(baseline.weeks, 3);
    assert!((baseline.expected_rate - 99.0).abs() < 1e-9, "{baseline:?}");
    assert_eq!(store.baseline("other", at_s), Ok(None));
}
