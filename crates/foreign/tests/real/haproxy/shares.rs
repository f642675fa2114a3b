//! `balance random`: shares within two points.

use balance::Rng;
use foreign::pick::State;
use foreign::pick::haproxy::Random;

use super::program::Haproxy;
use crate::case::{Case, Sent};
use crate::load::Walk;
use crate::traffic::{plain, servers};

const CASES: usize = 4;
/// Enough for chance to stay within the tolerance.
const REQUESTS: usize = 6000;
const TOLERANCE: f64 = 0.02;

#[test]
fn random() {
    let mut rng = Rng::new(41);
    let case = |number: usize| {
        let servers = servers(&mut rng, 40);
        let lines = vec![format!("balance random({})", 1 + number % 4)];
        let picker = Box::new(Random::new(&servers, false, 1 + number as u32 % 4, Rng::new(1)));
        let (name, sent) = (format!("random-{number}"), plain(REQUESTS));
        Case { name, servers, lines, picker, sent, dead: Vec::new() }
    };
    let cases: Vec<Case> = (0..CASES).map(case).collect();
    let haproxy = Haproxy::start(&cases);
    for (number, case) in cases.into_iter().enumerate() {
        let draws = 1 + number as u32 % 4;
        let twin = Random::new(&case.servers, false, draws, Rng::new(1));
        let mut surplus = vec![0.0; case.servers.len()];
        let told = |_: &mut Case, _: &Sent, counts: &[u32], found: usize| {
            let shares = twin.shares(&State { in_flight: counts, tried: &[] });
            for (sum, share) in surplus.iter_mut().zip(shares) {
                *sum -= share;
            }
            surplus[found] += 1.0;
        };
        Walk::new(case, haproxy.address, 39).run(&mut rng, 20, told);
        let worst = surplus.iter().fold(0.0f64, |worst, sum| worst.max(sum.abs()));
        assert!(worst / REQUESTS as f64 <= TOLERANCE, "{number}: {surplus:?}");
    }
}
