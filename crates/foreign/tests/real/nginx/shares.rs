//! `random` and `random two`: shares within two points.

use balance::Rng;
use foreign::pick::State;
use foreign::pick::nginx::{Draw, Random};

use super::program::{Nginx, named};
use crate::case::Case;
use crate::evidence::Method;
use crate::load::{DRAWN, Walk};
use crate::traffic::{plain, servers};

const CASES: usize = 8;

fn check(seed: u64, word: &str, draw: Draw) {
    let mut rng = Rng::new(seed);
    let case = |number: usize| {
        let mut servers = servers(&mut rng, 40);
        named(&mut servers);
        servers[1].up = !number.is_multiple_of(3);
        let picker = Box::new(Random::new(&servers, draw, Rng::new(1)));
        let (name, sent) = (format!("n{seed}x{number}"), plain(DRAWN));
        let method = Method::nginx(word);
        Case { name, method, servers, lines: vec![word.to_owned()], picker, sent, dead: Vec::new() }
    };
    let cases: Vec<Case> = (0..CASES).map(case).collect();
    let nginx = Nginx::start(&cases);
    for case in cases {
        let twin = Random::new(&case.servers, draw, Rng::new(1));
        let likely = |state: &State<'_>| twin.shares(0.0, state);
        Walk::new(case, nginx.address, 39).near(&mut rng, 20, likely);
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
