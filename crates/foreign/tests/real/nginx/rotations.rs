//! The smooth round robin, and least_conn.

use balance::Rng;
use foreign::pick::nginx::{LeastConn, RoundRobin};
use foreign::pick::{Picker, Server};

use super::program::{Nginx, kill, named};
use crate::case::{Case, REQUESTS};
use crate::evidence::Method;
use crate::load::Walk;
use crate::traffic::{plain, servers, trouble};

/// A third of the cases has only weights, a third has backups and servers that are down, and in
/// the last third one or two servers are dead.
fn cases(
    lines: &[&str],
    seed: u64,
    picker: fn(&[Server]) -> Box<dyn Picker>,
    count: usize,
) -> Vec<Case> {
    let mut rng = Rng::new(seed);
    let case = |number: usize| {
        let mut servers = servers(&mut rng, 100);
        named(&mut servers);
        let mut fallen = Vec::new();
        if !number.is_multiple_of(3) {
            trouble(&mut rng, &mut servers);
        }
        if number % 3 == 2 {
            for place in 1..servers.len().min(3) {
                kill(&mut servers[place]);
                servers[place].failures_max = rng.below(4) as u32;
                fallen.push(place);
            }
        }
        let method = Method::nginx(lines.first().copied().unwrap_or("round robin"));
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        let picker = picker(&servers);
        let (name, sent) = (format!("n{seed}x{number}"), plain(REQUESTS));
        Case { name, method, servers, lines, picker, sent, dead: fallen }
    };
    (0..count).map(case).collect()
}

#[test]
fn round_robin() {
    Nginx::check(cases(&[], 51, |servers| Box::new(RoundRobin::new(servers)), 21));
}

#[test]
fn least_conn_of_idle_servers() {
    Nginx::check(cases(&["least_conn"], 52, |servers| Box::new(LeastConn::new(servers)), 12));
}

#[test]
fn least_conn() {
    let mut rng = Rng::new(53);
    let cases = cases(&["least_conn"], 53, |servers| Box::new(LeastConn::new(servers)), 18);
    let nginx = Nginx::start(&cases);
    for case in cases.into_iter().filter(|case| case.dead.is_empty()) {
        Walk::new(case, nginx.address, 9).exactly(&mut rng, 30);
    }
}

#[test]
fn round_robin_with_full_servers() {
    let mut rng = Rng::new(54);
    let mut cases = cases(&[], 54, |servers| Box::new(RoundRobin::new(servers)), 9);
    for case in &mut cases {
        for (place, server) in case.servers.iter_mut().enumerate() {
            server.in_flight_max = if place == 0 { 500 } else { 1 + rng.below(4) as u32 };
        }
        case.picker = Box::new(RoundRobin::new(&case.servers));
    }
    let nginx = Nginx::start(&cases);
    for case in cases.into_iter().filter(|case| case.dead.is_empty()) {
        Walk::new(case, nginx.address, 9).exactly(&mut rng, 20);
    }
}
