//! Methods that look at the requests under way.

use balance::Rng;
use foreign::pick::haproxy::{Balance, HashType};

use super::program::Haproxy;
use crate::case::{Case, REQUESTS};
use crate::evidence::Method;
use crate::load::Walk;
use crate::traffic::{servers, uris};

fn check(word: &str, seed: u64, count: usize, most: usize, limited: bool) {
    let mut rng = Rng::new(seed);
    let case = |number: usize| {
        let mut servers = servers(&mut rng, 256);
        for server in &mut servers {
            server.in_flight_max = if limited { 1 + rng.below(4) as u32 } else { 0 };
        }
        // More than may ever be under way: nobody waits.
        if let Some(last) = servers.last_mut() {
            last.in_flight_max *= 100;
        }
        let mut lines = vec![format!("balance {word}")];
        let mut by = HashType::parse(&["consistent"]).expect("a hash type");
        if word.starts_with("uri") {
            by.balance_factor = 101 + rng.below(150) as u32;
            lines.push("hash-type consistent".to_owned());
            lines.push(format!("hash-balance-factor {}", by.balance_factor));
        }
        let balance = Balance::parse(&[word]).expect("a method");
        let picker = balance.picker(&by, &servers, false, Rng::new(1));
        let method = Method::haproxy(match by.balance_factor {
            0 => format!("balance {word}"),
            _ => "hash-balance-factor".to_owned(),
        });
        let (name, sent) = (format!("{word}-{number}"), uris(&mut rng, REQUESTS));
        Case { name, method, servers, lines, picker, sent, dead: Vec::new() }
    };
    let cases: Vec<Case> = (0..count).map(case).collect();
    let haproxy = Haproxy::start(&cases);
    for case in cases {
        Walk::new(case, haproxy.address, 9).exactly(&mut rng, most);
    }
}

#[test]
fn leastconn() {
    check("leastconn", 21, 10, 30, false);
}

#[test]
fn first() {
    check("first", 22, 10, 20, true);
}

#[test]
fn bounded_hash() {
    check("uri", 23, 20, 30, false);
}

#[test]
fn roundrobin_with_full_servers() {
    check("roundrobin", 24, 5, 20, true);
}

#[test]
fn static_rr_with_full_servers() {
    check("static-rr", 25, 5, 20, true);
}
