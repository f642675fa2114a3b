//! A made-up population, for want of a log.

use std::net::{IpAddr, Ipv4Addr};

use balance::Rng;

/// What it is, for people.
pub(super) const TOLD: &str = "a made-up hour: 20,000 requests of 600 users (Zipf 1.1) from 276 \
                               addresses, 55 % of the users behind 6 of them";

const USERS: usize = 600;
const BEHIND_NAT: usize = 330;
const NATS: usize = 6;
const REQUESTS: u64 = 20_000;
const HOUR_S: f64 = 3600.0;
const ZIPF: f64 = 1.1;
const PATHS: usize = 400;

/// One request.
pub(super) struct Visit {
    pub(super) at_s: f64,
    pub(super) client: u64,
    pub(super) source: IpAddr,
    pub(super) uri: String,
}

/// All requests, in their order.
pub(super) fn visits() -> Vec<Visit> {
    let mut rng = Rng::new(20_240_501);
    let mut order: Vec<usize> = (0..USERS).collect();
    for place in (1..USERS).rev() {
        order.swap(place, rng.below(place + 1));
    }
    let users = cumulative(USERS);
    let paths = cumulative(PATHS);
    let visit = |number: u64| {
        let rank = draw(&users, rng.unit());
        let user = order.get(rank).copied().unwrap_or(0);
        Visit {
            at_s: HOUR_S * number as f64 / REQUESTS as f64,
            client: balance::hash_bytes(&(user as u64).to_le_bytes(), 0),
            source: address(user),
            uri: format!("/page/{}", draw(&paths, rng.unit())),
        }
    };
    (1..=REQUESTS).map(visit).collect()
}

/// The first users are behind NATs; the others have an address each.
fn address(user: usize) -> IpAddr {
    let own = if user < BEHIND_NAT { user % NATS } else { NATS + (user - BEHIND_NAT) };
    let spread = balance::hash_bytes(&(own as u64).to_le_bytes(), 9);
    let [a, b, c, ..] = spread.to_le_bytes();
    IpAddr::V4(Ipv4Addr::new(198, 18 + (a & 1), b, c))
}

fn cumulative(count: usize) -> Vec<f64> {
    let weights = (1..=count).map(|rank| (rank as f64).powf(-ZIPF));
    let total: f64 = weights.clone().sum();
    let mut sum = 0.0;
    let add = |weight: f64| {
        sum += weight / total;
        sum
    };
    weights.map(add).collect()
}

fn draw(cumulative: &[f64], at: f64) -> usize {
    cumulative.partition_point(|sum| *sum < at).min(cumulative.len().saturating_sub(1))
}
