//! Ring hash and maglev, with weights, priorities, localities and panic.

use balance::Rng;
use foreign::pick::envoy::{
    Cluster, HashPolicy, HashSource, Hashed, Host, PointHash, RingSettings, Table,
};

use super::program::{Envoy, Site};
use crate::case::{Case, REQUESTS, Sent};
use crate::evidence::Method;
use crate::load::Walk;
use crate::origin::origins;
use crate::traffic::{count, headers, named, uris, word};

const CASES: usize = 20;

/// Hosts of one or two priorities and localities; some are not healthy.
pub(super) fn cluster(rng: &mut Rng, number: usize, keyed: bool) -> Cluster {
    let count = count(rng);
    let (priorities, localities) = (1 + number % 2, 1 + number / 2 % 2);
    let sick = rng.below(3);
    let weight_max = [1, 5, 100][rng.below(3)];
    let host = |place: usize| {
        let group = place * priorities * localities / count;
        let key = if keyed { word(rng) } else { origins().addresses[place].to_string() };
        Host {
            weight: 1 + rng.below(weight_max) as u32,
            priority: group / localities,
            locality: group % localities,
            up: number.is_multiple_of(3) || rng.below(4) >= sick,
            ..Host::new(key)
        }
    };
    Cluster::new((0..count).map(host).collect())
}

/// Requests that always have something to hash.
fn traffic(rng: &mut Rng) -> Vec<Sent> {
    let parts = uris(rng, REQUESTS).into_iter().zip(headers(rng, REQUESTS));
    let parts = parts.zip(named(rng, REQUESTS));
    let join = |((uri, headers), named): ((Sent, Sent), Sent)| Sent {
        uri: uri.uri,
        headers: headers.headers,
        ..named
    };
    parts.map(join).collect()
}

fn policies(number: usize) -> (Vec<HashPolicy>, &'static str) {
    let policy = |source, terminal| HashPolicy { source, terminal };
    let user = || HashSource::Header("x-user".to_owned());
    let id = || "id".to_owned();
    let address = policy(HashSource::SourceIp, false);
    let by_address = r#"{"connection_properties":{"source_ip":true}}"#;
    match number % 3 {
        0 => (vec![address], by_address),
        1 => (
            vec![policy(HashSource::Cookie(id()), true), address],
            r#"{"cookie":{"name":"id"},"terminal":true},
            {"connection_properties":{"source_ip":true}}"#,
        ),
        _ => (
            vec![policy(user(), false), policy(HashSource::QueryParameter(id()), false), address],
            r#"{"header":{"header_name":"x-user"}},{"query_parameter":{"name":"id"}},
            {"connection_properties":{"source_ip":true}}"#,
        ),
    }
}

fn case(rng: &mut Rng, name: &str, number: usize, (table, mut settings): (Table, String)) -> Case {
    let keyed = number % 5 == 4;
    let mut cluster = cluster(rng, number, keyed);
    if number % 8 >= 6 {
        cluster.locality_weights = vec![1 + rng.below(9) as u32, 1 + rng.below(9) as u32];
        settings.push_str(r#","common_lb_config":{"locality_weighted_lb_config":{}}"#);
    }
    let (policies, hash_policy) = policies(number);
    let hash_policy = hash_policy.to_owned();
    let picker = Hashed::new(cluster.clone(), table, policies, Rng::new(1));
    let site = Site { cluster, settings, hash_policy, keyed };
    let method = Method::envoy(name);
    site.case(format!("e{number}"), method, Box::new(picker), traffic(rng))
}

#[test]
fn ring_hash() {
    let mut rng = Rng::new(81);
    let case = |number: usize| {
        let size_min = [1024, 100, 7, 5000][number % 4];
        let hash = if number.is_multiple_of(3) { PointHash::Murmur2 } else { PointHash::Xxh64 };
        let size_max = if number.is_multiple_of(7) { size_min + 50 } else { 1 << 23 };
        let name = if number.is_multiple_of(3) { "MURMUR_HASH_2" } else { "XX_HASH" };
        let settings = format!(
            r#""lb_policy":"RING_HASH","ring_hash_lb_config":{{"hash_function":"{name}",
            "minimum_ring_size":{size_min},"maximum_ring_size":{size_max}}}"#
        );
        let table = Table::Ring(RingSettings { size_min, size_max, hash });
        case(&mut rng, "ring_hash", number, (table, settings))
    };
    Envoy::check((0..CASES).map(case).collect());
}

#[test]
fn maglev() {
    let mut rng = Rng::new(82);
    let case = |number: usize| {
        let (table, more) = match number % 4 {
            3 => (Table::Maglev(4099), r#","maglev_lb_config":{"table_size":4099}"#),
            _ => (Table::MAGLEV, ""),
        };
        case(&mut rng, "maglev", number, (table, format!(r#""lb_policy":"MAGLEV"{more}"#)))
    };
    Envoy::check((0..CASES).map(case).collect());
}

#[test]
fn bounded_hashes() {
    let mut rng = Rng::new(83);
    let make = |number: usize| {
        let factor = 101 + rng.below(100) as u32;
        let mut cluster = cluster(&mut rng, number, false);
        cluster.hosts.iter_mut().for_each(|host| host.up = true);
        let (policies, hash_policy) = policies(number);
        let (table, word) = match number % 2 {
            0 => (Table::MAGLEV, "MAGLEV"),
            _ => (Table::Ring(RingSettings::default()), "RING_HASH"),
        };
        let settings = format!(
            r#""lb_policy":"{word}","common_lb_config":{{"consistent_hashing_lb_config":
            {{"hash_balance_factor":{factor}}}}}"#
        );
        let picker = Hashed::new(cluster.clone(), table, policies, Rng::new(1)).bounded(factor);
        let hash_policy = hash_policy.to_owned();
        let site = Site { cluster, settings, hash_policy, keyed: false };
        let method = Method::envoy(format!("{}, hash_balance_factor", word.to_lowercase()));
        site.case(format!("b{number}"), method, Box::new(picker), traffic(&mut rng))
    };
    let cases: Vec<Case> = (0..40).map(make).collect();
    let envoy = Envoy::start(&cases);
    for case in cases {
        Walk::new(case, envoy.address, 9).exactly(&mut rng, 40);
    }
}
