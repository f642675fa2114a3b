//! Goal: what is predicted of every step of that day is what HAProxy then does, within a point.
//! Method: the log's very requests are sent to HAProxy, and the log is played through its
//! imitation; both keep their sessions from step to step.

use super::haproxy::{EQUAL, Haproxy, Keeps, SCRIPT, SERVERS};
use super::people::{Hit, day, log};
use super::play::{Cookies, play};
use super::predicted::Predicted;
use super::told::tell;

/// In points.
const TOLERANCE: f64 = 1.0;

/// A balancer and its imitation, to which the same things are done.
struct Site {
    haproxy: Haproxy,
    predicted: Predicted,
    cookies: Cookies,
    day: Vec<Hit>,
}

impl Site {
    fn start(keeps: Keeps) -> Site {
        Site {
            haproxy: Haproxy::start(keeps, EQUAL),
            predicted: Predicted::new(keeps, EQUAL),
            cookies: Cookies::new(),
            day: day(1),
        }
    }

    /// As the script did it: over the socket, while everything runs.
    fn weigh(&mut self, weights: [u32; SERVERS]) {
        self.haproxy.weigh(weights);
        self.predicted.weigh(weights);
    }

    /// The part of the two busiest servers, in percent, as it was measured.
    fn step(&mut self, step: &str, what: &str) -> Vec<f64> {
        let measured = play(&self.haproxy, &self.day, &mut self.cookies);
        let predicted = self.predicted.play(&log(&self.day));
        tell(step, what, &measured, &predicted);
        for (measured, predicted) in measured.iter().zip(&predicted) {
            let near = (measured - predicted).abs() <= TOLERANCE;
            assert!(near, "{step}, {what}: {measured:.1} %, not {predicted:.1} %");
        }
        measured
    }
}

fn top_two(shares: &[f64]) -> f64 {
    let mut shares = shares.to_vec();
    shares.sort_by(f64::total_cmp);
    shares.iter().rev().take(2).sum()
}

#[test]
fn sessions_by_cookie() {
    let mut site = Site::start(Keeps::Cookie);
    let before = site.step("A", "cookie, equal weights");
    site.weigh(SCRIPT);
    let same = site.step("B", "the script runs, same users");
    assert_eq!(same, before, "nobody who has a cookie moves");
    site.cookies.clear();
    site.predicted.forget();
    let new = site.step("B2", "new users");
    // 200 of 251, but for how much each user asks for.
    assert!((top_two(&new) - 79.7).abs() < 3.0, "{new:?}");
}

#[test]
fn sessions_by_address() {
    let mut site = Site::start(Keeps::Address);
    let mis_set = site.step("C", "sessions mis-set to stick on src, equal weights");
    assert!(top_two(&mis_set) > 45.0, "{mis_set:?}");

    let mut site = Site::start(Keeps::Address);
    site.weigh(SCRIPT);
    let both = site.step("D", "mis-set, and the script");
    site.weigh(EQUAL);
    let back = site.step("E", "weights put back");
    assert_eq!(back, both, "the table keeps everybody where they are");
    site.haproxy.order("clear table app");
    site.predicted.forget();
    let cleared = site.step("F", "the table cleared");
    assert!(top_two(&cleared) < top_two(&both) - 10.0, "{cleared:?}, not {both:?}");
}
