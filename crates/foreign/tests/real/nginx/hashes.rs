//! ip_hash, hash, and hash consistent.

use balance::Rng;
use foreign::pick::nginx::{ConsistentHash, Hash, IpHash, Key};
use foreign::pick::{Picker, Server};

use super::program::{self, Nginx, kill};
use crate::case::{Case, REQUESTS, Sent};
use crate::evidence::Method;
use crate::traffic::{from_many, headers, named, servers, uris};

const CASES: usize = 12;

type Make = fn(&[Server], Key) -> Box<dyn Picker>;
type Traffic = fn(&mut Rng, usize) -> Vec<Sent>;

fn cases(line: &str, seed: u64, keys: &[&str], make: Make, traffic: Traffic) -> Vec<Case> {
    let mut rng = Rng::new(seed);
    let case = |number: usize| {
        let mut servers = servers(&mut rng, 30);
        program::named(&mut servers);
        let mut dead = Vec::new();
        for server in servers.iter_mut().skip(1) {
            server.up = number.is_multiple_of(3) || rng.below(4) > 0;
        }
        if number % 3 == 2 {
            kill(&mut servers[1]);
            servers[1].failures_max = rng.below(3) as u32;
            dead.push(1);
        }
        let key = keys[number % keys.len()];
        let lines = vec![line.replace("KEY", key)];
        let picker = make(&servers, Key::parse(key).expect("a key"));
        let (name, sent) = (format!("n{seed}x{number}"), traffic(&mut rng, REQUESTS));
        let method = Method::nginx(line.replace(" KEY", ""));
        Case { name, method, servers, lines, picker, sent, dead }
    };
    (0..CASES).map(case).collect()
}

#[test]
fn ip_hash() {
    let make: Make = |servers, _| Box::new(IpHash::new(servers));
    Nginx::check(cases("ip_hash", 61, &[""], make, named));
}

#[test]
fn ip_hash_of_connections() {
    let make: Make = |servers, _| Box::new(IpHash::new(servers));
    let mut cases = cases("ip_hash", 62, &[""], make, from_many);
    cases.truncate(9);
    Nginx::check(cases);
}

#[test]
fn hash() {
    let keys = ["$request_uri", "$uri", "x$arg_id", "$args", "${arg_id}"];
    let make: Make = |servers, key| Box::new(Hash::new(servers, key));
    Nginx::check(cases("hash KEY", 63, &keys, make, uris));
}

#[test]
fn hash_of_headers() {
    let keys = ["$http_x_user", "$cookie_id", "$host", "$host$http_x_user"];
    let make: Make = |servers, key| Box::new(Hash::new(servers, key));
    Nginx::check(cases("hash KEY", 64, &keys, make, headers));
}

#[test]
fn hash_consistent() {
    let keys = ["$request_uri", "$arg_id", "$uri"];
    let make: Make = |servers, key| Box::new(ConsistentHash::new(servers, key));
    Nginx::check(cases("hash KEY consistent", 65, &keys, make, uris));
}

#[test]
fn hash_consistent_of_addresses() {
    let keys = ["$remote_addr", "$binary_remote_addr"];
    let make: Make = |servers, key| Box::new(ConsistentHash::new(servers, key));
    Nginx::check(cases("hash KEY consistent", 66, &keys, make, named));
}
