//! Servers and requests by chance, the same ones in every run.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use balance::Rng;
use foreign::pick::{Change, Server};

use crate::case::Sent;
use crate::origin::{COUNT, origins};

/// Few or, now and then, up to all of the origins; weights are equal, small or any.
pub(crate) fn servers(rng: &mut Rng, weight_max: u32) -> Vec<Server> {
    let count = count(rng);
    let kind = rng.below(3);
    let server = |place: usize| {
        let weight = match kind {
            0 => 1,
            1 => 1 + rng.below(5) as u32,
            _ => 1 + rng.below(weight_max as usize) as u32,
        };
        let address = origins().addresses[place].to_string();
        Server { weight, ..Server::new(place, format!("s{place}"), address) }
    };
    (0..count).map(server).collect()
}

/// How many servers a case has.
pub(crate) fn count(rng: &mut Rng) -> usize {
    let many = rng.below(4) == 0;
    2 + rng.below(if many { COUNT - 1 } else { 11 })
}

/// Some are down, some are for hard times; the first one stays as it is.
pub(crate) fn trouble(rng: &mut Rng, servers: &mut [Server]) {
    for server in servers.iter_mut().skip(1) {
        server.up = rng.below(5) > 0;
        server.backup = rng.below(4) == 0;
    }
}

/// Now and then a server goes, comes or is weighed anew.
pub(crate) fn changes(rng: &mut Rng, sent: &mut [Sent], servers: usize, weight_max: u32) {
    for sent in sent.iter_mut().skip(1).step_by(83) {
        let change = match rng.below(5) {
            0 => Change::Down,
            1 | 2 => Change::Up,
            3 => Change::Weight(rng.below(3) as u32 * 2),
            _ => Change::Weight(1 + rng.below(weight_max as usize) as u32),
        };
        sent.change = Some((1 + rng.below(servers - 1), change));
    }
}

pub(crate) fn plain(count: usize) -> Vec<Sent> {
    vec![Sent { uri: "/".to_owned(), ..Sent::default() }; count]
}

/// From addresses of this machine.
pub(crate) fn from_many(rng: &mut Rng, count: usize) -> Vec<Sent> {
    let sent = |_| {
        let bits = 0x7f00_0001 | (rng.bits() as u32 & 0x00ff_fffe);
        let from = Some(Ipv4Addr::from_bits(bits).min(Ipv4Addr::new(127, 255, 255, 254)));
        Sent { from, uri: "/".to_owned(), ..Sent::default() }
    };
    (0..count).map(sent).collect()
}

/// From addresses of the whole world, which a header names.
pub(crate) fn named(rng: &mut Rng, count: usize) -> Vec<Sent> {
    let sent = |_| {
        let v6 = rng.below(3) == 0;
        let bits = u128::from(rng.bits()) << 64 | u128::from(rng.bits());
        // No address that stands for one of version 4.
        let v6 = v6.then(|| IpAddr::V6(Ipv6Addr::from_bits(bits | 0x2001 << 112)));
        let v4 = || IpAddr::V4(Ipv4Addr::from_bits((bits as u32 & 0x3fff_ffff) + (1 << 29)));
        Sent { named: Some(v6.unwrap_or_else(v4)), uri: "/".to_owned(), ..Sent::default() }
    };
    (0..count).map(sent).collect()
}

/// Targets of one to five directories with a query now and then.
pub(crate) fn uris(rng: &mut Rng, count: usize) -> Vec<Sent> {
    let sent = |_| {
        let mut uri = String::new();
        for _ in 0..=rng.below(5) {
            uri.push('/');
            uri.push_str(&word(rng));
        }
        match rng.below(4) {
            0 => uri.push_str(&format!("?id={}", word(rng))),
            1 => uri.push_str(&format!("?x={}&id={}&y;id=1", word(rng), word(rng))),
            2 => uri.push_str(&format!("?aid={}", word(rng))),
            _ => {}
        }
        Sent { uri, ..Sent::default() }
    };
    (0..count).map(sent).collect()
}

/// Names of hosts, users and sessions.
pub(crate) fn headers(rng: &mut Rng, count: usize) -> Vec<Sent> {
    let sent = |_| {
        let host = match rng.below(3) {
            0 => word(rng),
            1 => format!("{}.{}", word(rng), word(rng)),
            _ => format!("www.{}.org", word(rng)),
        };
        let mut headers = vec![("Host".to_owned(), host)];
        match rng.below(4) {
            0 => {}
            1 => headers.push(("X-User".to_owned(), format!("{}, {}", word(rng), word(rng)))),
            _ => headers.push(("X-User".to_owned(), word(rng))),
        }
        if rng.below(3) > 0 {
            let cookie = format!("a={}; id={}; b={}", word(rng), word(rng), word(rng));
            headers.push(("Cookie".to_owned(), cookie));
        }
        Sent { uri: "/".to_owned(), headers, ..Sent::default() }
    };
    (0..count).map(sent).collect()
}

pub(crate) fn word(rng: &mut Rng) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    let length = 1 + rng.below(14);
    (0..length).map(|_| char::from(LETTERS[rng.below(LETTERS.len())])).collect()
}
