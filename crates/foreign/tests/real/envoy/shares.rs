//! Round robin, random and least request: shares within two points.

use balance::Rng;
use foreign::pick::envoy::{Chance, LeastRequest, Policy};

use super::hashes::cluster;
use super::program::{Envoy, Site};
use crate::case::Case;
use crate::evidence::Method;
use crate::load::{DRAWN, Walk};
use crate::traffic::plain;

const CASES: usize = 8;

fn check(seed: u64, name: &str, policy: Policy, most: usize) {
    let mut rng = Rng::new(seed);
    let made: Vec<(Case, Chance)> = (0..CASES)
        .map(|number| {
            let mut cluster = cluster(&mut rng, number, false);
            let mut settings = format!(r#""lb_policy":"{name}""#);
            if number % 8 >= 6 {
                cluster.locality_weights = vec![2, 3];
                settings.push_str(r#","common_lb_config":{"locality_weighted_lb_config":{}}"#);
            }
            let twin = Chance::new(cluster.clone(), policy, Rng::new(1));
            let site = Site { cluster, settings, hash_policy: String::new(), keyed: false };
            let sent = plain(DRAWN);
            let method = Method::envoy(name.to_lowercase());
            (site.case(format!("e{number}"), method, Box::new(twin.clone()), sent), twin)
        })
        .collect();
    let (cases, twins): (Vec<Case>, Vec<Chance>) = made.into_iter().unzip();
    let envoy = Envoy::start(&cases);
    for (case, twin) in cases.into_iter().zip(twins) {
        Walk::new(case, envoy.address, 39).near(&mut rng, most, |state| twin.shares(state));
    }
}

#[test]
fn round_robin() {
    check(91, "ROUND_ROBIN", Policy::RoundRobin, 10);
}

#[test]
fn random() {
    check(92, "RANDOM", Policy::Random, 10);
}

#[test]
fn least_request() {
    check(93, "LEAST_REQUEST", Policy::LeastRequest(LeastRequest::default()), 20);
}
