//! Methods that go round: roundrobin, static-rr, and leastconn while nothing is under way.

use balance::Rng;
use foreign::pick::haproxy::{Balance, HashType};

use super::program::Haproxy;
use crate::case::{Case, REQUESTS};
use crate::evidence::Method;
use crate::traffic::{changes, plain, servers, trouble};

/// A third of the cases has only weights, a third has backups and servers that are down, and in
/// the last third they change.
fn cases(word: &str, seed: u64, count: usize) -> Vec<Case> {
    let mut rng = Rng::new(seed);
    let case = |number: usize| {
        let mut servers = servers(&mut rng, 256);
        let all_backups = rng.below(2) == 0;
        if !number.is_multiple_of(3) {
            trouble(&mut rng, &mut servers);
        }
        let mut sent = plain(REQUESTS);
        if number % 3 == 2 {
            changes(&mut rng, &mut sent, servers.len(), 256);
        }
        let mut lines = vec![format!("balance {word}")];
        lines.extend(all_backups.then(|| "option allbackups".to_owned()));
        let balance = Balance::parse(&[word]).expect("a method");
        let by = HashType::default();
        let picker = balance.picker(&by, &servers, all_backups, Rng::new(1));
        let (name, method) = (format!("{word}-{number}"), Method::haproxy(&lines[0]));
        Case { name, method, servers, lines, picker, sent, dead: Vec::new() }
    };
    (0..count).map(case).collect()
}

#[test]
fn roundrobin() {
    Haproxy::check(cases("roundrobin", 1, 21));
}

#[test]
fn static_rr() {
    let mut cases = cases("static-rr", 2, 21);
    for case in &mut cases {
        for sent in &mut case.sent {
            // Its weights are fixed: 0 and the first one are all that it takes.
            sent.change = None;
        }
    }
    Haproxy::check(cases);
}

#[test]
fn leastconn_of_idle_servers() {
    Haproxy::check(cases("leastconn", 3, 12));
}

#[test]
fn first_of_idle_servers() {
    Haproxy::check(cases("first", 4, 12));
}
