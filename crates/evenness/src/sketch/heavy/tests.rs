//! What SpaceSaving promises, held against exact counts.

use std::collections::HashMap;

use super::*;
use crate::draw::Draw;

type Exact = HashMap<u64, u64>;

/// Every bound of the summary: counts from above and below, the error, and what is not there.
fn check(heavy: &Heavy, exact: &Exact, what: &str) {
    let total: u64 = exact.values().sum();
    assert_eq!(heavy.total(), total, "{what}");
    let bound = total / COUNTERS as u64;
    let top = heavy.top(COUNTERS);
    for Hitter { key, count, error } in &top {
        let true_count = exact.get(key).copied().unwrap_or(0);
        assert!(*count >= true_count && count - error <= true_count, "{what}: key {key}");
        assert!(*error <= bound, "{what}: error {error} above {bound}");
    }
    for (key, &count) in exact {
        let found = top.iter().any(|hitter| hitter.key == *key);
        assert!(found || count <= bound, "{what}: key {key} with {count} of {total} is missing");
    }
    let taken = heavy.index.iter().filter(|&&cell| cell != FREE).count();
    assert_eq!(taken, heavy.taken, "{what}: index");
}

fn play(stream: impl Iterator<Item = (u64, u64)>, what: &str) -> (Heavy, Exact) {
    let (mut heavy, mut exact) = (Heavy::new(3), Exact::new());
    for (key, weight) in stream {
        heavy.note(key, weight);
        *exact.entry(key).or_default() += weight;
    }
    check(&heavy, &exact, what);
    (heavy, exact)
}

fn zipf(seed: u64, length: usize) -> impl Iterator<Item = (u64, u64)> {
    let mut draw = Draw(seed);
    let zipf = draw.zipf(20_000, 1.1);
    (0..length).map(move |_| (draw.among(&zipf) as u64, 1))
}

#[test]
fn bounds_hold_on_every_stream() {
    let mut draw = Draw(5);
    play((0..50_000).map(|i| (i, 1)), "all different");
    play((0..50_000).map(|i| (i % 64, 1)), "as many as counters");
    play((0..50_000).map(|i| (i % 65, 1)), "one more than counters");
    play((0..50_000).map(|i| (i << 56, 1)), "upper bits");
    play((0..50_000).map(|_| (draw.below(1_000), draw.below(5))), "weights");
    play(zipf(7, 100_000), "Zipf");
}

/// Goal: the order of the heavy ones is right. Method: the first ten of a Zipf stream.
#[test]
fn the_heaviest_are_in_order() {
    let (heavy, exact) = play(zipf(11, 200_000), "Zipf");
    let keys: Vec<u64> = heavy.top(10).iter().map(|hitter| hitter.key).collect();
    assert_eq!(keys[..5], [0, 1, 2, 3, 4]);
    let share = exact[&0] as f64 / heavy.total() as f64;
    assert!((heavy.top_share(1) - share).abs() < 0.001, "{share}");
}

/// Goal: a sum of summaries keeps the bounds, and goes on. Method: merge ten, note more.
#[test]
fn bounds_hold_for_sums() {
    let (mut sum, mut exact) = play(zipf(0, 10_000), "first");
    for seed in 1..10 {
        let flat = (0..5_000).map(|i| (i * seed, 1));
        let (more, counts) = play(zipf(seed, 20_000).chain(flat), "more");
        sum.merge(&more);
        counts.into_iter().for_each(|(key, count)| *exact.entry(key).or_default() += count);
        check(&sum, &exact, "merged");
        for (key, weight) in zipf(seed + 50, 1_000) {
            sum.note(key, weight);
            *exact.entry(key).or_default() += weight;
        }
        check(&sum, &exact, "gone on");
    }
    sum.merge(&Heavy::new(9));
    check(&sum, &exact, "nothing added");
}

#[test]
fn few_keys_are_exact() {
    let (mut heavy, _) = play((0..1_000).map(|i| (i % 10, 2)), "ten keys");
    assert!(heavy.top(20).iter().all(|hitter| (hitter.count, hitter.error) == (200, 0)));
    assert_eq!(heavy.top(20).len(), 10);
    heavy.clear();
    assert_eq!((heavy.top(5), heavy.total(), heavy.top_share(1)), (Vec::new(), 0, 0.0));
}
