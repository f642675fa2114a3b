//! Methods that hash, each with every hash type.

use balance::Rng;
use foreign::pick::haproxy::{Balance, HashType};

use super::program::Haproxy;
use crate::case::{Case, REQUESTS, Sent};
use crate::evidence::Method;
use crate::traffic::{changes, from_many, headers, named, servers, trouble, uris};

const TYPES: [&str; 18] = [
    "map-based",
    "consistent",
    "map-based sdbm",
    "consistent sdbm",
    "map-based sdbm avalanche",
    "consistent sdbm avalanche",
    "map-based djb2",
    "consistent djb2",
    "map-based djb2 avalanche",
    "consistent djb2 avalanche",
    "map-based wt6",
    "consistent wt6",
    "map-based wt6 avalanche",
    "consistent wt6 avalanche",
    "map-based crc32",
    "consistent crc32",
    "map-based crc32 avalanche",
    "consistent crc32 avalanche",
];

type Traffic = fn(&mut Rng, usize) -> Vec<Sent>;

fn cases(words: &[&str], seed: u64, count: usize, traffic: Traffic) -> Vec<Case> {
    let mut rng = Rng::new(seed);
    let case = |number: usize| {
        let (word, kind) = (words[number % words.len()], TYPES[number % TYPES.len()]);
        let mut servers = servers(&mut rng, if (number / 2).is_multiple_of(2) { 40 } else { 256 });
        let all_backups = rng.below(2) == 0;
        if number.is_multiple_of(3) {
            trouble(&mut rng, &mut servers);
        }
        if number.is_multiple_of(5) {
            servers.iter_mut().for_each(|server| server.id = 1000 - 7 * server.id);
        }
        let mut sent = traffic(&mut rng, REQUESTS);
        if kind.starts_with("consistent") && number % 4 == 1 {
            changes(&mut rng, &mut sent, servers.len(), 256);
        }
        let mut lines = vec![format!("balance {word}"), format!("hash-type {kind}")];
        lines.extend(all_backups.then(|| "option allbackups".to_owned()));
        let balance = Balance::parse(&word.split(' ').collect::<Vec<_>>()).expect("a method");
        let by = HashType::parse(&kind.split(' ').collect::<Vec<_>>()).expect("a hash type");
        let picker = balance.picker(&by, &servers, all_backups, Rng::new(1));
        let method = word.split([' ', '(']).next().unwrap_or(word);
        let (name, method) =
            (format!("h{seed}-{number}"), Method::haproxy(format!("balance {method}")));
        Case { name, method, servers, lines, picker, sent, dead: Vec::new() }
    };
    (0..count).map(case).collect()
}

#[test]
fn source_of_connections() {
    Haproxy::check(cases(&["source"], 11, 8, from_many));
}

#[test]
fn source_of_both_versions() {
    Haproxy::check(cases(&["source"], 12, 18, named));
}

#[test]
fn uri() {
    let words = [
        "uri",
        "uri whole",
        "uri len 9",
        "uri depth 2",
        "uri path-only",
        "uri whole depth 3 len 30",
        "uri depth 1 path-only",
    ];
    Haproxy::check(cases(&words, 13, 36, |rng, count| {
        let mut sent = uris(rng, count);
        for sent in sent.iter_mut().step_by(7) {
            sent.uri.insert_str(0, "http://www.example.com");
            sent.headers.push(("host".to_owned(), "www.example.com".to_owned()));
        }
        sent
    }));
}

#[test]
fn url_param() {
    Haproxy::check(cases(&["url_param id", "url_param id check_post"], 14, 36, uris));
}

#[test]
fn hdr() {
    let words = ["hdr(x-user)", "hdr(Host)", "hdr(host) use_domain_only"];
    Haproxy::check(cases(&words, 15, 36, headers));
}

#[test]
fn hash_of_targets() {
    let words = [
        "hash path",
        "hash url",
        "hash url_param(id)",
        "hash pathq,lower",
        "hash path,field(2,/)",
        "hash query,upper",
        "hash url,bytes(1,6)",
        "hash path,word(2,/)",
        "hash path,crc32",
    ];
    Haproxy::check(cases(&words, 16, 18, uris));
}

#[test]
fn hash_of_headers() {
    let words = [
        "hash hdr(x-user)",
        "hash req.fhdr(x-user),lower",
        "hash req.cook(id)",
        "hash base,sdbm(1)",
        "hash hdr(host),xxh32(7)",
        "hash hdr(host),xxh64",
        "hash hdr(host),wt6",
        "hash hdr(host),djb2(1)",
        "hash hdr(x-user,1)",
        "hash req.fhdr(x-user,-1),upper",
    ];
    Haproxy::check(cases(&words, 17, 18, headers));
}

#[test]
fn hash_of_addresses() {
    Haproxy::check(cases(&["hash src", "hash src,ipmask(24,48)"], 18, 6, named));
}
