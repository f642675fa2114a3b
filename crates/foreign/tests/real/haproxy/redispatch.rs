//! `option redispatch`: where the first server is dead, another one is tried.

use balance::Rng;
use foreign::pick::haproxy::{Balance, HashType};

use super::program::Haproxy;
use crate::case::{Case, REQUESTS};
use crate::evidence::Method;
use crate::process::free_address;
use crate::traffic::{servers, uris};

const CASES: usize = 20;

#[test]
fn another_server_is_tried() {
    let mut rng = Rng::new(19);
    let words = ["roundrobin", "static-rr", "leastconn", "first", "uri"];
    let case = |number: usize| {
        let word = words[number % words.len()];
        let mut servers = servers(&mut rng, 256);
        let dead = rng.below(servers.len());
        servers[dead].address = free_address().to_string();
        let by = HashType::parse(&["consistent"]).expect("a hash type");
        let balance = Balance::parse(&[word]).expect("a method");
        let picker = balance.picker(&by, &servers, false, Rng::new(1));
        let lines = ["option redispatch", "retries 1", "hash-type consistent"];
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        lines.push(format!("balance {word}"));
        let (name, sent) = (format!("redispatch-{number}"), uris(&mut rng, REQUESTS));
        let method = Method::haproxy("option redispatch");
        Case { name, method, servers, lines, picker, sent, dead: vec![dead] }
    };
    Haproxy::check((0..CASES).map(case).collect());
}
