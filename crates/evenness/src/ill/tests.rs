//! Who is ill, and who only looks it.

use super::*;
use crate::draw::Draw;
use crate::window::EndpointWindow;

/// Five endpoints that answer so often, with so many times the others' time; lognormal, CV² 4.6.
fn window(draw: &mut Draw, answers: [u32; 5], times: [f64; 5]) -> PoolWindow {
    let mut endpoint = |at: usize| {
        let mut endpoint = EndpointWindow {
            attempts: u64::from(answers[at]),
            capacity_s: 40.0,
            usable_s: 40.0,
            ..EndpointWindow::default()
        };
        for _ in 0..answers[at] {
            let took_s = 0.02 * times[at] * (1.3 * normal(draw)).exp();
            endpoint.latencies.note((took_s * 1e9) as u64);
            endpoint.present_s += took_s;
            endpoint.cost_s += took_s;
        }
        endpoint.statuses[1] = endpoint.attempts;
        (Arc::from(format!("web{at}")), endpoint)
    };
    let endpoints = (0..5).map(&mut endpoint).collect();
    PoolWindow { length_s: 10.0, endpoints, ..PoolWindow::default() }
}

fn normal(draw: &mut Draw) -> f64 {
    let radius = (-2.0 * (1.0 - draw.unit()).ln()).sqrt();
    radius * (std::f64::consts::TAU * draw.unit()).cos()
}

fn told(now: &PoolWindow, usual: Option<&PoolWindow>) -> Vec<String> {
    let tell = |one: Ill| match one.symptom {
        Symptom::Fails(part) => format!("{} fails {part:.1}", one.name),
        Symptom::Slow(_) => format!("{} slow", one.name),
    };
    ill(now, usual).into_iter().map(tell).collect()
}

/// Goal: chance makes nobody ill. Method: 20,000 windows of very mixed costs, light and heavy.
#[test]
fn chance_is_no_illness() {
    let mut draw = Draw(3);
    let usual = window(&mut draw, [3000; 5], [1.0; 5]);
    for at in 0..20_000 {
        let answers = [10, 20, 40, 90, 200][at % 5];
        let now = window(&mut draw, [answers; 5], [1.0; 5]);
        assert_eq!(told(&now, Some(&usual)), [""; 0], "window {at}");
    }
}

#[test]
fn three_times_slower_is_told_where_it_is_new() {
    let mut draw = Draw(4);
    let times = [1.0, 3.0, 1.0, 1.0, 1.0];
    let usual = window(&mut draw, [3000; 5], [1.0; 5]);
    for _ in 0..100 {
        // It is avoided.
        let now = window(&mut draw, [1500, 500, 1500, 1500, 1500], times);
        assert_eq!(told(&now, Some(&usual)), ["web1 slow"]);
        assert_eq!(told(&now, None), ["web1 slow"]);
        let always = window(&mut draw, [3000, 1000, 3000, 3000, 3000], times);
        assert_eq!(told(&now, Some(&always)), [""; 0]);
    }
}

#[test]
fn crowds_are_no_illness() {
    let mut draw = Draw(5);
    let times = [1.0, 3.0, 1.0, 1.0, 1.0];
    let wanted = window(&mut draw, [300, 500, 300, 300, 300], times);
    assert_eq!(told(&wanted, None), [""; 0], "it carries more");
    let mut claimed = window(&mut draw, [300; 5], times);
    // More slots are declared than there are: then nothing tells waiting from working.
    claimed.endpoints.iter_mut().for_each(|(_, e)| (e.claims, e.usable_s) = (100, 400.0));
    claimed.endpoints[1].1.claims = 400;
    assert_eq!(told(&claimed, None), [""; 0], "sessions ask for it");
}

/// Goal: who waits in line is not ill. Method: two slots that are always taken, and the usual
/// number of answers.
#[test]
fn a_queue_is_no_illness() {
    let mut draw = Draw(8);
    let usual = window(&mut draw, [3000; 5], [1.0; 5]);
    let mut now = window(&mut draw, [300; 5], [1.0, 6.0, 1.0, 1.0, 1.0]);
    assert_eq!(told(&now, Some(&usual)), ["web1 slow"]);
    now.endpoints[1].1.usable_s = now.endpoints[0].1.present_s;
    assert_eq!(told(&now, Some(&usual)), [""; 0]);
}

#[test]
fn errors_are_told_where_others_have_none() {
    let mut draw = Draw(6);
    let failing = |failed: [u64; 5]| {
        let mut now = window(&mut draw, [100; 5], [1.0; 5]);
        now.endpoints.iter_mut().zip(failed).for_each(|((_, e), failed)| {
            (e.statuses[1], e.statuses[4]) = (100 - failed, failed);
            // Errors are quick, and pressure is not what this is about.
            e.present_s = 2.0;
        });
        told(&now, None)
    };
    let mut failing = failing;
    assert_eq!(failing([0, 0, 20, 0, 0]), ["web2 fails 0.2"]);
    assert_eq!(failing([0, 0, 5, 0, 0]), [""; 0]);
    assert_eq!(failing([20; 5]), [""; 0], "it is not the endpoint");
}
