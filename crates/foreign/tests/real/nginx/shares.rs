//! `random` and `random two`: shares within two points.

use balance::Rng;
use foreign::pick::State;
use foreign::pick::nginx::{Draw, Random};

use super::program::{Nginx, named};
use crate::case::{Case, Sent};
use crate::load::Walk;
use crate::traffic::{plain, servers};

const CASES: usize = 4;
/// Enough for chance to stay within the tolerance.
const REQUESTS: usize = 6000;
const TOLERANCE: f64 = 0.02;

fn check(seed: u64, word: &str, draw: Draw) {
    let mut rng = Rng::new(seed);
    let case = |number: usize| {
        let mut servers = servers(&mut rng, 40);
        named(&mut servers);
        servers[1].up = !number.is_multiple_of(3);
        let picker = Box::new(Random::new(&servers, draw, Rng::new(1)));
        let (name, sent) = (format!("n{seed}x{number}"), plain(REQUESTS));
        Case { name, servers, lines: vec![word.to_owned()], picker, sent, dead: Vec::new() }
    };
    let cases: Vec<Case> = (0..CASES).map(case).collect();
    let nginx = Nginx::start(&cases);
    for case in cases {
        let told = case.told();
        let twin = Random::new(&case.servers, draw, Rng::new(1));
        let mut surplus = vec![0.0; case.servers.len()];
        let tell = |_: &mut Case, _: &Sent, counts: &[u32], found: usize| {
            let shares = twin.shares(0.0, &State { in_flight: counts, tried: &[] });
            for (sum, share) in surplus.iter_mut().zip(shares) {
                *sum -= share;
            }
            surplus[found] += 1.0;
        };
        Walk::new(case, nginx.address, 39).run(&mut rng, 20, tell);
        let worst = surplus.iter().fold(0.0f64, |worst, sum| worst.max(sum.abs()));
        assert!(worst / REQUESTS as f64 <= TOLERANCE, "{told}\n{surplus:?}");
    }
}

#[test]
fn random() {
    check(71, "random", Draw::One);
}

#[test]
fn random_two() {
    check(72, "random two", Draw::Two);
}
