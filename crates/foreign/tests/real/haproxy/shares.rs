//! `balance random`: shares within two points.

use balance::Rng;
use foreign::pick::haproxy::Random;

use super::program::Haproxy;
use crate::case::Case;
use crate::evidence::Method;
use crate::load::{DRAWN, Walk};
use crate::traffic::{plain, servers};

const CASES: usize = 8;

#[test]
fn random() {
    let mut rng = Rng::new(41);
    let case = |number: usize| {
        let servers = servers(&mut rng, 40);
        let lines = vec![format!("balance random({})", 1 + number % 4)];
        let picker = Box::new(Random::new(&servers, false, 1 + number as u32 % 4, Rng::new(1)));
        let (name, sent) = (format!("random-{number}"), plain(DRAWN));
        let method = Method::haproxy("balance random");
        Case { name, method, servers, lines, picker, sent, dead: Vec::new() }
    };
    let cases: Vec<Case> = (0..CASES).map(case).collect();
    let haproxy = Haproxy::start(&cases);
    for (number, case) in cases.into_iter().enumerate() {
        let draws = 1 + number as u32 % 4;
        let twin = Random::new(&case.servers, false, draws, Rng::new(1));
        Walk::new(case, haproxy.address, 39).near(&mut rng, 20, |state| twin.shares(state));
    }
}
