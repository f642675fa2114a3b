//! What fires, what warns, and what is too little to tell.

use super::*;
use crate::draw::Draw;

/// Ten seconds of five endpoints with 100 slots, at these pressures and so many requests.
fn window(pressures: &[f64], requests: u64) -> PoolWindow {
    let sum: f64 = pressures.iter().sum();
    let endpoint = |(at, &pressure): (usize, &f64)| {
        let mut latencies = Latencies::default();
        latencies.note_many(20_000_000, (requests as f64 * pressure / sum) as u32);
        let window = EndpointWindow {
            attempts: (requests as f64 * pressure / sum) as u64,
            present_s: pressure * 1_000.0,
            cost_s: pressure * 1_000.0,
            capacity_s: 1_000.0,
            usable_s: 1_000.0,
            latencies,
            ..EndpointWindow::default()
        };
        (Arc::from(format!("web{at}")), window)
    };
    let endpoints = pressures.iter().enumerate().map(endpoint).collect();
    PoolWindow { length_s: 10.0, requests, endpoints, ..PoolWindow::default() }
}

const CALM: Circumstances = Circumstances { harm: false, deff: None };
const HARM: Circumstances = Circumstances { harm: true, deff: None };

/// The last of a few equal windows.
fn last(windows: usize, window: &PoolWindow, around: Circumstances) -> UnevenFigures {
    let mut unevenness = Unevenness::default();
    (1..windows).for_each(|_| {
        unevenness.judge(window, None, around);
    });
    unevenness.judge(window, None, around)
}

#[test]
fn the_outage_fires_in_the_second_window() {
    let split = window(&[0.9, 0.9, 0.15, 0.15, 0.15], 5_000);
    assert_eq!(last(1, &split, CALM).verdict, Verdict::Even);
    let figures = last(2, &split, CALM);
    assert_eq!(figures.verdict, Verdict::Uneven);
    assert!((figures.peak_to_mean - 2.0).abs() < 1e-9 && figures.warns, "{figures:?}");
    assert!((figures.jain.expect("a load") - 0.6).abs() < 0.01);
    assert_eq!((figures.pressure, figures.judged), (0.9, 5));
}

#[test]
fn it_takes_heat_or_harm() {
    let idle = window(&[0.04, 0.04, 0.007, 0.007, 0.006], 5_000);
    assert_eq!(last(5, &idle, CALM).verdict, Verdict::Even);
    assert!(last(5, &idle, CALM).warns);
    assert_eq!(last(2, &idle, HARM).verdict, Verdict::Uneven);
    let cool = window(&[0.4, 0.4, 0.07, 0.07, 0.06], 5_000);
    assert_eq!(last(2, &cool, CALM).verdict, Verdict::Uneven, "before it harms");
    let slight = window(&[0.95, 0.8, 0.76, 0.76, 0.73], 50_000);
    let figures = last(3, &slight, HARM);
    assert_eq!((figures.verdict, figures.warns), (Verdict::Even, true));
    let even = last(3, &window(&[0.9; 5], 50_000), HARM);
    assert_eq!((even.verdict, even.warns), (Verdict::Even, false));
}

#[test]
fn one_good_window_starts_anew() {
    let (split, even) = (window(&[0.9, 0.3, 0.3], 5_000), window(&[0.5; 3], 5_000));
    let mut unevenness = Unevenness::default();
    let verdicts =
        [&split, &even, &split, &split, &even].map(|w| unevenness.judge(w, None, CALM).verdict);
    use Verdict::{Even, Uneven};
    assert_eq!(verdicts, [Even, Even, Even, Uneven, Even]);
}

/// Goal: one very long answer is no load when it ends.
#[test]
fn a_long_answer_is_no_load() {
    let mut window = window(&[0.8; 5], 5_000);
    window.endpoints[2].1.cost_s *= 3.0;
    let figures = last(2, &window, CALM);
    assert_eq!(figures.verdict, Verdict::Even);
}

/// Goal: whoever is on the way out or in is judged by what it may carry.
#[test]
fn endpoints_are_judged_by_what_they_may_use() {
    let mut drained = window(&[0.8, 0.8, 0.8, 0.5], 5_000);
    drained.endpoints[3].1.usable_s = 0.0;
    let figures = last(3, &drained, HARM);
    assert_eq!((figures.verdict, figures.judged), (Verdict::Even, 3));
    let mut warming = window(&[0.8, 0.8, 0.8, 0.4], 5_000);
    warming.endpoints[3].1.usable_s = 500.0;
    assert_eq!(last(3, &warming, HARM).peak_to_mean, 1.0);
    warming.endpoints[3].1.usable_s = 200.0;
    let figures = last(3, &warming, HARM);
    assert_eq!((figures.verdict, figures.peak.as_deref()), (Verdict::Uneven, Some("web3")));
}

#[test]
fn nothing_is_no_data() {
    let all_down = {
        let mut window = window(&[0.5; 3], 1_000);
        window.endpoints.iter_mut().for_each(|(_, endpoint)| endpoint.usable_s = 0.0);
        window
    };
    for empty in [PoolWindow::default(), window(&[0.0; 3], 0), window(&[], 0), all_down] {
        assert_eq!(last(2, &empty, HARM).verdict, Verdict::NoData);
    }
    let mut light = window(&[0.9, 0.3, 0.1], 6);
    for (_, endpoint) in &mut light.endpoints {
        endpoint.present_s /= 500.0;
        (endpoint.usable_s, endpoint.capacity_s) = (2.0, 2.0);
    }
    let figures = last(2, &light, HARM);
    assert_eq!((figures.verdict, figures.judged), (Verdict::NoData, 3));
    assert_eq!(last(2, &window(&[0.9], 5_000), HARM).verdict, Verdict::Even);
}

/// Goal: chance never fires, however light or heavy the traffic. Method: 300,000 windows of
/// random placement, costs exponential to very mixed, all with harm.
#[test]
fn chance_does_not_fire() {
    let mut draw = Draw(6);
    let mut unevenness = Unevenness::default();
    for at in 0..300_000 {
        let mut window = window(&[1.0; 5], 0);
        window.endpoints.iter_mut().for_each(|(_, endpoint)| {
            (endpoint.present_s, endpoint.cost_s) = (0.0, 0.0);
        });
        for _ in 0..[1, 5, 12, 30, 60][at / 1_000 % 5] {
            let endpoint = &mut window.endpoints[draw.below(5) as usize].1;
            let cost_s = f64::powi(-(1.0 - draw.unit()).ln(), 1 + (at / 5_000 % 3) as i32) / 10.0;
            endpoint.attempts += 1;
            endpoint.present_s += cost_s;
            endpoint.cost_s += cost_s;
            endpoint.latencies.note((cost_s * 1e9) as u64);
        }
        let figures = unevenness.judge(&window, None, HARM);
        assert_ne!(figures.verdict, Verdict::Uneven, "window {at}: {figures:?}");
    }
}

/// Goal: it says when a few clients suffice as the reason.
#[test]
fn clients_may_explain_it() {
    let split = window(&[0.9, 0.5, 0.5, 0.5, 0.5], 10_000);
    let with = |deff| last(2, &split, Circumstances { harm: false, deff });
    assert_eq!(with(None).clients_explain, None);
    assert_eq!(with(Some(1.5)).clients_explain, Some(false));
    assert_eq!(with(Some(400.0)).clients_explain, Some(true));
    assert_eq!(with(Some(400.0)).verdict, Verdict::NoData);
    let harmed = last(2, &split, Circumstances { harm: true, deff: Some(400.0) });
    assert_eq!(harmed.verdict, Verdict::Uneven, "whoever they are, users suffer");
}

/// Goal: who leaves slow endpoints idle does right, and it is told where fast ones stay idle.
/// Method: three endpoints at nine tenths, two at a fifth; what the two take, and then the three.
#[test]
fn a_slow_endpoint_is_no_room() {
    let split = window(&[0.9, 0.9, 0.9, 0.2, 0.2], 5_000);
    let judged = |slow: [usize; 2]| {
        let mut past = split.clone();
        slow.iter().for_each(|&at| past.endpoints[at].1.present_s *= 4.0);
        let mut unevenness = Unevenness::default();
        unevenness.judge(&split, Some(&past), CALM);
        unevenness.judge(&split, Some(&past), CALM)
    };
    let figures = judged([3, 4]);
    assert_eq!(figures.verdict, Verdict::Even, "{figures:?}");
    assert!((figures.peak_to_mean - 1.0).abs() < 1e-9, "{figures:?}");
    let figures = judged([0, 1]);
    assert_eq!(figures.verdict, Verdict::Uneven, "{figures:?}");
    assert!((figures.peak_to_mean - 0.9 / 0.62).abs() < 1e-9, "{figures:?}");
}
