//! Months without an alarm while all is well, and seconds to one when it is not.

use std::sync::Arc;

use super::*;
use crate::draw::{Draw, cumulate};
use crate::window::{EndpointWindow, PoolWindow};

const ENDPOINTS: usize = 5;

/// A pool with these approved shares, whose window is filled again and again.
fn pool(shares: &[f64]) -> PoolWindow {
    let endpoint = |(at, &share): (usize, &f64)| {
        let window = EndpointWindow {
            capacity_s: 100.0,
            usable_s: 100.0,
            approved_s: share,
            effective_s: share,
            ..EndpointWindow::default()
        };
        (Arc::from(format!("web{at}")), window)
    };
    let endpoints = shares.iter().enumerate().map(endpoint).collect();
    PoolWindow { length_s: 1.0, endpoints, ..PoolWindow::default() }
}

fn even() -> Vec<f64> {
    vec![1.0 / ENDPOINTS as f64; ENDPOINTS]
}

fn clear(window: &mut PoolWindow) {
    for (_, endpoint) in &mut window.endpoints {
        (endpoint.attempts, endpoint.bindings, endpoint.surprise) = (0, 0, 0.0);
    }
}

fn pick(window: &mut PoolWindow, at: usize, propensity: f64) {
    let endpoint = &mut window.endpoints[at].1;
    endpoint.attempts += 1;
    endpoint.surprise -= propensity.ln();
}

/// Requests in a second: they swing over hours, and surge ten-fold now and then.
fn rate(second: usize, mean: f64) -> f64 {
    let swing = 1.0 + 0.8 * (second as f64 / 3_000.0).sin();
    mean * swing * if second % 5_000 < 60 { 10.0 } else { 1.0 }
}

/// A picker that says the truth about its propensities.
enum Policy {
    Random(Vec<f64>),
    TwoChoices([f64; ENDPOINTS]),
    Rotation(usize),
    /// Nine of ten picks are bound to where their sessions are, most of them to one endpoint.
    Sticky(Vec<f64>),
}

impl Policy {
    fn pick(&mut self, draw: &mut Draw) -> (usize, f64) {
        match self {
            Policy::Random(cumulated) => by_weight(cumulated, draw),
            Policy::TwoChoices(loads) => two_choices(loads, draw),
            Policy::Rotation(at) => {
                *at = (*at + 1) % ENDPOINTS;
                (*at, 1.0)
            }
            Policy::Sticky(_) if draw.below(10) > 0 => (draw.below(3) as usize / 2, 1.0),
            Policy::Sticky(cumulated) => by_weight(cumulated, draw),
        }
    }
}

fn by_weight(cumulated: &[f64], draw: &mut Draw) -> (usize, f64) {
    let at = draw.among(cumulated);
    (at, cumulated[at] - if at == 0 { 0.0 } else { cumulated[at - 1] })
}

/// The less loaded of two different endpoints, and the probability of that.
fn two_choices(loads: &mut [f64; ENDPOINTS], draw: &mut Draw) -> (usize, f64) {
    let one = draw.below(ENDPOINTS as u64) as usize;
    let other = (one + 1 + draw.below(ENDPOINTS as u64 - 1) as usize) % ENDPOINTS;
    let before = |a: usize, b: usize| (loads[a], a) < (loads[b], b);
    let at = if before(one, other) { one } else { other };
    let behind = (0..ENDPOINTS).filter(|&peer| before(at, peer)).count() as f64;
    loads.iter_mut().for_each(|load| *load *= 0.95);
    loads[at] += 1.0;
    (at, behind / (ENDPOINTS * (ENDPOINTS - 1) / 2) as f64)
}

/// Goal: no alarm while propensities are true, over 35 days in all. Method: 100 runs of 30,000
/// windows, of random, two-choices, sticky and rotating policies, at four rates that swing and
/// surge.
#[test]
fn true_propensities_raise_no_alarm() {
    let mut most = f64::NEG_INFINITY;
    for run in 0..100 {
        let mut draw = Draw(run);
        let weighted = cumulate(&[0.1, 0.4, 0.2, 0.25, 0.05]);
        let mut policy = match run % 7 {
            0..3 => Policy::Random(weighted),
            3 | 4 => Policy::TwoChoices([0.0; ENDPOINTS]),
            5 => Policy::Sticky(weighted),
            _ => Policy::Rotation(0),
        };
        let mut window = pool(&even());
        let mut test = PickTest::new(WINDOWS_PER_YEAR);
        let mean = [0.3, 2.0, 8.0, 20.0][run as usize % 4];
        for second in 0..30_000 {
            clear(&mut window);
            for _ in 0..draw.poisson(rate(second, mean)) {
                let (at, propensity) = policy.pick(&mut draw);
                pick(&mut window, at, propensity);
            }
            test.note(&window);
            most = most.max(test.score().ln);
            assert!(!test.score().is_alarm(), "seed {run}, second {second}");
        }
    }
}

/// Goal: broken pickers are found. Method: picks that do not follow the stated propensities.
#[test]
fn false_propensities_are_found() {
    for (name, true_shares, per_second, seconds) in [
        ("always the same", [1.0, 0.0, 0.0, 0.0, 0.0], 20.0, 3),
        ("two of five", [0.4, 0.4, 0.07, 0.07, 0.06], 50.0, 5),
        ("one never", [0.25, 0.25, 0.25, 0.25, 0.0], 100.0, 5),
        ("a bias of a tenth", [0.22, 0.195, 0.195, 0.195, 0.195], 1_000.0, 60),
    ] {
        let delay = |seed| {
            let (mut draw, mut window) = (Draw(seed), pool(&even()));
            let mut test = PickTest::new(WINDOWS_PER_YEAR);
            let shares = cumulate(&true_shares);
            for second in 0..1_000 {
                clear(&mut window);
                for _ in 0..draw.poisson(per_second) {
                    pick(&mut window, draw.among(&shares), 1.0 / ENDPOINTS as f64);
                }
                test.note(&window);
                if test.score().is_alarm() {
                    return second + 1;
                }
            }
            1_000
        };
        let mut delays: Vec<u64> = (0..15).map(delay).collect();
        delays.sort_unstable();
        assert!(delays[7] <= seconds, "{name}: {delays:?}");
    }
}

#[test]
fn what_could_not_happen_is_an_alarm_and_no_number_is_nothing() {
    let mut window = pool(&even());
    let mut test = PickTest::new(WINDOWS_PER_YEAR);
    pick(&mut window, 0, f64::NAN);
    test.note(&window);
    assert_eq!(test.score().silent, 1);
    clear(&mut window);
    pick(&mut window, 0, 0.0);
    test.note(&window);
    assert!(test.score().is_alarm());
    // It ends when the cause does.
    let mut draw = Draw(1);
    let mut after = 0;
    while test.score().is_alarm() {
        clear(&mut window);
        (0..50).for_each(|_| pick(&mut window, draw.below(5) as usize, 0.2));
        test.note(&window);
        after += 1;
    }
    assert!(after < 300, "{after}");
}

/// Goal: what was once an alarm does not blunt the test. Method: one impossible binding, three
/// hours of calm, then the outage.
#[test]
fn an_alarm_of_the_past_delays_nothing() {
    let (mut draw, mut window) = (Draw(3), pool(&even()));
    let mut test = PickTest::new(WINDOWS_PER_YEAR);
    pick(&mut window, 0, 1e-12);
    let (calm, split) = (cumulate(&even()), cumulate(&[0.4, 0.4, 0.1, 0.05, 0.05]));
    for second in 0..10_803 {
        test.note(&window);
        clear(&mut window);
        for _ in 0..draw.poisson(50.0) {
            let at = draw.among(if second < 10_800 { &calm } else { &split });
            pick(&mut window, at, 0.2);
        }
        assert!(!(300..10_800).contains(&second) || !test.score().is_alarm(), "{second}");
    }
    test.note(&window);
    assert!(test.score().is_alarm(), "{:?}", test.score());
}

/// Goal: however long a fault lasted, its alarm ends soon after it.
#[test]
fn an_alarm_ends_with_its_cause() {
    let (mut draw, mut window) = (Draw(2), pool(&even()));
    let mut test = BindingTest::new(WINDOWS_PER_YEAR);
    let (bad, good) = (cumulate(&[0.4, 0.4, 0.1, 0.05, 0.05]), cumulate(&even()));
    for second in 0..3_610 {
        clear(&mut window);
        for _ in 0..draw.poisson(20.0) {
            let shares = if second < 3_600 { &bad } else { &good };
            window.endpoints[draw.among(shares)].1.bindings += 1;
        }
        test.note(&window);
    }
    assert!(!test.score().is_alarm(), "{:?}", test.score());
}

/// Seconds from a change of weights, after ten quiet minutes, to the alarm.
fn binding_delay(seed: u64, shares: &[f64], per_second: f64) -> (u64, BindingTest) {
    let (mut draw, mut window) = (Draw(seed), pool(&even()));
    let mut test = BindingTest::new(WINDOWS_PER_YEAR);
    let (before, after) = (cumulate(&even()), cumulate(shares));
    for second in 0..2_000 {
        clear(&mut window);
        let shares = if second < 600 { &before } else { &after };
        for _ in 0..draw.poisson(per_second) {
            window.endpoints[draw.among(shares)].1.bindings += 1;
        }
        test.note(&window);
        if test.score().is_alarm() {
            assert!(second >= 600, "seed {seed}: an alarm before the change");
            return (second - 599, test);
        }
    }
    (u64::MAX, test)
}

/// Goal: the outage of 2024-05-01 is found within two seconds, and lesser faults within a
/// minute. Method: median delays at 50 new sessions per second, alarms by chance once a year.
#[test]
fn bad_weights_are_found_in_seconds() {
    for (name, shares, seconds) in [
        ("80/20", [0.4, 0.4, 0.2 / 3.0, 0.2 / 3.0, 0.2 / 3.0], 2),
        ("one at 1.5", [0.3, 0.175, 0.175, 0.175, 0.175], 30),
        ("one at 1.3", [0.26, 0.185, 0.185, 0.185, 0.185], 75),
        ("one at half", [0.1, 0.225, 0.225, 0.225, 0.225], 30),
    ] {
        let mut delays: Vec<u64> =
            (0..41).map(|seed| binding_delay(seed, &shares, 50.0).0).collect();
        delays.sort_unstable();
        assert!(delays[20] <= seconds, "{name}: {delays:?}");
    }
    let (_, test) = binding_delay(1, &[0.8, 0.05, 0.05, 0.05, 0.05], 50.0);
    let excess = test.excess().expect("more than its share");
    assert_eq!(&*excess.endpoint, "web0");
    assert!(excess.counted > 2.0 * excess.expected, "{excess:?}");
}

/// Goal: no alarm while bindings follow the shares, over 35 days in all: multinomial, smooth
/// round robin, endpoints that come and go, and surges. Method: 100 runs of 30,000 windows.
#[test]
fn intended_bindings_raise_no_alarm() {
    let mut most = f64::NEG_INFINITY;
    for run in 0..100 {
        let shares = [0.1, 0.3, 0.2, 0.35, 0.05];
        let (mut draw, mut window) = (Draw(run), pool(&shares));
        let mut test = BindingTest::new(WINDOWS_PER_YEAR);
        let (mut cumulated, mut credit) = (cumulate(&shares), shares);
        let mean = [0.3, 2.0, 8.0, 20.0][run as usize % 4];
        for second in 0..30_000 {
            clear(&mut window);
            if second % 700 == 0 && run % 2 == 0 {
                let down = second / 700 % 2 * 3;
                let usable = |at: usize| if down != 0 && at == down { 0.0 } else { 1.0 };
                let rest: Vec<f64> = (0..ENDPOINTS).map(|at| shares[at] * usable(at)).collect();
                window.endpoints.iter_mut().enumerate().for_each(|(at, (_, endpoint))| {
                    endpoint.usable_s = 100.0 * usable(at);
                });
                cumulated = cumulate(&rest);
            }
            for _ in 0..draw.poisson(rate(second, mean)) {
                let smooth = run % 4 == 1;
                let at = if smooth { rotate(&mut credit, &shares) } else { draw.among(&cumulated) };
                window.endpoints[at].1.bindings += 1;
            }
            test.note(&window);
            most = most.max(test.score().ln);
            assert!(!test.score().is_alarm(), "seed {run}, second {second}");
        }
    }
}

/// Smooth weighted round robin.
fn rotate(credit: &mut [f64; ENDPOINTS], shares: &[f64; ENDPOINTS]) -> usize {
    credit.iter_mut().zip(shares).for_each(|(credit, share)| *credit += share);
    let richest = (0..ENDPOINTS).max_by(|&a, &b| credit[a].total_cmp(&credit[b])).unwrap_or(0);
    credit[richest] -= 1.0;
    richest
}

/// Goal: a short run length is kept on average, so that a year is too. Method: alarms at a run
/// length of 100 windows, counted over 100,000, where traffic is light enough for many.
#[test]
fn the_run_length_is_kept() {
    let alarms = |mut policy: Policy| {
        let (mut draw, mut window) = (Draw(8), pool(&even()));
        let (mut test, mut alarms) = (PickTest::new(100.0), 0);
        for _ in 0..100_000 {
            clear(&mut window);
            for _ in 0..draw.poisson(3.0) {
                let (at, propensity) = policy.pick(&mut draw);
                pick(&mut window, at, propensity);
            }
            test.note(&window);
            if test.score().is_alarm() {
                (test, alarms) = (PickTest::new(100.0), alarms + 1);
            }
        }
        alarms
    };
    let random = alarms(Policy::Random(cumulate(&even())));
    assert!((10..1_000).contains(&random), "{random} alarms");
    let adaptive = alarms(Policy::TwoChoices([0.0; ENDPOINTS]));
    assert!(adaptive < 1_000, "{adaptive} alarms");
}

/// Goal: an endpoint that should get nothing is found by its sixth session, and the first one
/// wakes nobody. A thousand endpoints are no hindrance.
#[test]
fn what_should_get_nothing_is_found() {
    for endpoints in [5, 1_000] {
        let mut shares = vec![1.0; endpoints];
        shares[0] = 0.0;
        let mut window = pool(&shares);
        let mut test = BindingTest::new(WINDOWS_PER_YEAR);
        let alarms: Vec<bool> = (0..7)
            .map(|second| {
                window.endpoints[0].1.bindings = u64::from(second > 0);
                test.note(&window);
                test.score().is_alarm()
            })
            .collect();
        assert!(!alarms[1] && alarms[6], "{endpoints}: {alarms:?}");
    }
}

#[test]
fn endpoints_come_and_go_by_name() {
    let mut test = BindingTest::new(WINDOWS_PER_YEAR);
    let mut five = pool(&even());
    let mut four = five.clone();
    four.endpoints.remove(0);
    for _ in 0..100 {
        five.endpoints.iter_mut().for_each(|(_, endpoint)| endpoint.bindings = 10);
        four.endpoints.iter_mut().for_each(|(_, endpoint)| endpoint.bindings = 12);
        (0..5).for_each(|_| test.note(&five));
        (0..5).for_each(|_| test.note(&four));
    }
    assert!(!test.score().is_alarm());
    test.note(&PoolWindow::default());
    test.note(&PoolWindow::default());
    assert_eq!(test.score().silent, 2);
}
