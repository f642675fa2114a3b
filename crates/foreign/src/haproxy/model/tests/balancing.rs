//! `balance`, `hash-type` and what belongs to them.

use super::reader::{backend, config};
use crate::haproxy::Version;
use crate::haproxy::model::{Algorithm, HashFunction, HashMethod, HashType};

fn check(line: &str, expected: Algorithm) {
    let balance = backend(line).settings.balance.map(|balance| balance.value);
    assert_eq!(balance, Some(expected), "{line}");
}

#[test]
fn every_algorithm_is_read_with_its_arguments() {
    let uri = |whole, path_only, len, depth| Algorithm::Uri { whole, path_only, len, depth };
    check("balance", Algorithm::RoundRobin);
    check("balance roundrobin", Algorithm::RoundRobin);
    check("balance static-rr", Algorithm::StaticRoundRobin);
    check("balance leastconn", Algorithm::LeastConn);
    check("balance first", Algorithm::First);
    check("balance source", Algorithm::Source);
    check("balance uri", uri(false, false, None, None));
    check("balance uri len 5 depth 3 whole", uri(true, false, Some(5), Some(3)));
    check("balance uri path-only", uri(false, true, None, None));
    let param = |check_post| Algorithm::UrlParam { name: "id".into(), check_post };
    check("balance url_param id", param(false));
    check("balance url_param id check_post 64", param(true));
    let header = |use_domain_only| Algorithm::Header { name: "Host".into(), use_domain_only };
    check("balance hdr(Host)", header(false));
    check("balance hdr(Host) use_domain_only", header(true));
    check("balance random", Algorithm::Random { draws: 2 });
    check("balance random()", Algorithm::Random { draws: 2 });
    check("balance random(3)", Algorithm::Random { draws: 3 });
    check("balance rdp-cookie", Algorithm::RdpCookie { name: "mstshash".into() });
    check("balance rdp-cookie(x)", Algorithm::RdpCookie { name: "x".into() });
    check("balance hash src,ipmask(24)", Algorithm::Hash { expression: "src,ipmask(24)".into() });
}

#[test]
fn hash_types_have_defaults_of_their_own() {
    let check = |line: &str, method, function, avalanche| {
        let hash = backend(line).settings.hash_type.map(|hash| hash.value);
        assert_eq!(hash, Some(HashType { method, function, avalanche }), "{line}");
    };
    let (map, ring) = (HashMethod::MapBased, HashMethod::Consistent);
    check("hash-type map-based", map, HashFunction::Sdbm, false);
    check("hash-type consistent", ring, HashFunction::Sdbm, true);
    check("hash-type consistent sdbm", ring, HashFunction::Sdbm, false);
    check("hash-type consistent wt6 avalanche", ring, HashFunction::Wt6, true);
    check("hash-type map-based crc32", map, HashFunction::Crc32, false);
    check("hash-type map-based djb2", map, HashFunction::Djb2, false);
    assert_eq!(backend("").settings.hash_type, None);
}

#[test]
fn bounded_loads_are_zero_or_above_a_hundred_percent() {
    let factor = |line: &str| backend(line).settings.hash_balance_factor.map(|set| set.value);
    assert_eq!(factor("hash-balance-factor 0"), Some(0));
    assert_eq!(factor("hash-balance-factor 150"), Some(150));
    let keeps = backend("hash-preserve-affinity maxqueue").settings.hash_preserve_affinity;
    assert_eq!(keeps.map(|set| set.value.to_string()).as_deref(), Some("maxqueue"));
}

#[test]
fn without_a_line_the_version_decides() {
    let config = config("backend b\n server s h:1\n");
    assert_eq!(config.algorithm(&config.proxies[0]), Algorithm::RoundRobin);
    let random = Algorithm::Random { draws: 2 };
    assert_eq!(Algorithm::default_of(Version::new(3, 3)), random);
}

#[test]
fn outside_http_nothing_looks_at_requests() {
    let config = config("defaults\n balance uri\n cookie A insert\nbackend a\nbackend b\n");
    let told: Vec<&str> = config.told.iter().map(|told| told.what.as_str()).collect();
    assert_eq!(
        told,
        [
            "a hash of requests needs `mode http`: HAProxy takes turns instead",
            "a cookie needs `mode http`, and does nothing here",
        ]
    );
    let proxy = &config.proxies[1];
    assert_eq!((config.algorithm(proxy), proxy.cookie()), (Algorithm::RoundRobin, None));
    let http = backend("mode http\nbalance uri\ncookie A insert");
    assert!(http.cookie().is_some());
}

#[test]
fn the_last_line_decides_and_is_named() {
    let config = config("backend b\n balance source\n balance uri\n server s 1.2.3.4:80\n");
    let balance = config.proxies[0].settings.balance.clone().map(|balance| balance.span);
    let balance =
        balance.map(|span| (super::reader::line_of(&config, span), config.sources.slice(span)));
    assert_eq!(balance, Some((3, "balance uri")));
}
