//! Cookies that name servers, and stick tables.

use balance::Rng;
use foreign::pick::haproxy::{
    CookiePersistence, CookieRule, Expression, RoundRobin, StickRule, StickTable,
};

use super::program::Haproxy;
use crate::case::{Case, REQUESTS};
use crate::traffic::{changes, named, plain, servers, word};

const CASES: usize = 20;

#[test]
fn cookies() {
    let mut rng = Rng::new(31);
    let modes = ["insert indirect", "rewrite", "prefix", "insert nocache maxidle 1h"];
    let case = |number: usize| {
        let mode = modes[number % modes.len()];
        let mut servers = servers(&mut rng, 256);
        for (place, server) in servers.iter_mut().enumerate() {
            // Two servers may share a value.
            server.cookie = (rng.below(6) > 0).then(|| format!("v{}", place / (1 + number % 2)));
        }
        let rule = CookieRule {
            name: "ID".to_owned(),
            prefix: mode == "prefix",
            ..CookieRule::default()
        };
        let mut sent = plain(REQUESTS);
        for sent in &mut sent {
            let tail = if mode == "prefix" { "~abc" } else { "" };
            let value = match rng.below(5) {
                0 => continue,
                1 => word(&mut rng),
                _ => format!("v{}{tail}", rng.below(servers.len())),
            };
            sent.headers.push(("Cookie".to_owned(), format!("a=b; ID={value}")));
        }
        if number % 2 == 1 {
            changes(&mut rng, &mut sent, servers.len(), 256);
        }
        let inner = Box::new(RoundRobin::new(&servers, false));
        let picker = Box::new(CookiePersistence::new(rule, &servers, inner));
        let lines = vec![format!("balance roundrobin\n cookie ID {mode}")];
        Case { name: format!("cookie-{number}"), servers, lines, picker, sent }
    };
    Haproxy::check((0..CASES).map(case).collect());
}

#[test]
fn stick_tables() {
    let mut rng = Rng::new(32);
    let case = |number: usize| {
        let servers = servers(&mut rng, 256);
        let size = [20_000, 700, 100][number % 3];
        let (kind, key) = match number % 2 {
            0 => ("string len 12", "req.cook(id)"),
            _ => ("ipv6", "src"),
        };
        let mut sent = named(&mut rng, REQUESTS);
        let addresses: Vec<_> = sent.iter().take(900).map(|sent| sent.named).collect();
        for sent in &mut sent {
            sent.named = addresses[rng.below(addresses.len())];
            let value = format!("id={}", rng.below(900) + 1_000_000);
            sent.headers.push(("Cookie".to_owned(), value));
        }
        changes(&mut rng, &mut sent, servers.len(), 256);
        let rule = StickRule {
            key: Expression::parse(key).expect("an expression"),
            size,
            expire_s: None,
            no_purge: number % 5 == 4,
            key_len_max: 12,
        };
        let rule = if number % 2 == 1 { StickRule { key_len_max: 16, ..rule } } else { rule };
        let purge = if rule.no_purge { "nopurge" } else { "" };
        let lines = vec![
            "balance roundrobin".to_owned(),
            format!("stick-table type {kind} size {size} {purge}"),
            format!("stick on {key}"),
        ];
        let inner = Box::new(RoundRobin::new(&servers, false));
        let up = vec![true; servers.len()];
        let picker = Box::new(StickTable::new(rule, up, inner));
        Case { name: format!("stick-{number}"), servers, lines, picker, sent }
    };
    Haproxy::check((0..CASES).map(case).collect());
}
