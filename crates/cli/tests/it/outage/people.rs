//! A day's users, where they come from, and the log of what they asked for.

use std::fmt::Write;
use std::net::Ipv4Addr;

use balance::Rng;

const USERS: usize = 600;
const REQUESTS: usize = 6730;
/// Users behind each shared address: 328 of 600.
const BEHIND: [usize; 6] = [98, 72, 56, 43, 33, 26];
/// Seconds between two requests.
const APART_S: f64 = 0.5;

/// A request of a day.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub(super) user: usize,
    pub(super) from: Ipv4Addr,
    pub(super) path: String,
}

/// The same day in every run: some ask for much, most for little, and they come one by one.
pub(super) fn day(seed: u64) -> Vec<Hit> {
    let mut rng = Rng::new(seed);
    let mut asked: Vec<(f64, usize)> = Vec::new();
    let keen: Vec<f64> = (0..USERS).map(|_| 0.2 - rng.unit().max(1e-9).ln()).collect();
    let begun: Vec<f64> = (0..USERS).map(|_| rng.unit() * 0.8).collect();
    for user in 0..REQUESTS {
        // Everybody asks once; the rest goes to whoever is keen.
        let user = if user < USERS { user } else { drawn(&mut rng, &keen) };
        let at = begun[user] + (1.0 - begun[user]) * rng.unit();
        asked.push((at, user));
    }
    asked.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut hit = |(_, user): (f64, usize)| Hit {
        user,
        from: address(user),
        path: format!("/page/{}", rng.below(40)),
    };
    asked.into_iter().map(&mut hit).collect()
}

fn drawn(rng: &mut Rng, keen: &[f64]) -> usize {
    let mut left = rng.unit() * keen.iter().sum::<f64>();
    let found = keen.iter().position(|part| {
        left -= part;
        left < 0.0
    });
    found.unwrap_or(0)
}

/// The first users share addresses, the others have their own.
fn address(user: usize) -> Ipv4Addr {
    let mut left = user;
    for (nat, behind) in BEHIND.iter().enumerate() {
        if left < *behind {
            return Ipv4Addr::new(198, 51, 100, 10 + nat as u8);
        }
        left -= behind;
    }
    Ipv4Addr::from_bits(u32::from(Ipv4Addr::new(203, 0, 112, 0)) + 7 + left as u32)
}

/// As HAProxy writes it, with `capture cookie uid`.
pub(super) fn log(day: &[Hit]) -> String {
    let mut text = String::new();
    for (place, Hit { user, from, path }) in day.iter().enumerate() {
        let at_s = place as f64 * APART_S;
        let (hour, minute) = (17 + at_s as usize / 3600, at_s as usize / 60 % 60);
        let second = at_s % 60.0;
        writeln!(
            text,
            "{from}:{} [01/May/2024:{hour:02}:{minute:02}:{second:06.3}] www app/w1 0/0/0/8/8 200 \
             4096 uid=u{user} - --NI 1/1/0/0/0 0/0 \"GET {path} HTTP/1.1\"",
            20_000 + place
        )
        .expect("a string grows");
    }
    text
}

#[test]
fn the_day_is_the_one_that_was_told() {
    let day = day(1);
    let addresses: std::collections::HashSet<_> = day.iter().map(|hit| hit.from).collect();
    let users: std::collections::HashSet<_> = day.iter().map(|hit| hit.user).collect();
    assert_eq!((day.len(), users.len(), addresses.len()), (REQUESTS, USERS, 278));
    let behind = BEHIND.iter().sum::<usize>() as f64 / USERS as f64;
    assert!((behind - 0.55).abs() < 0.005, "{behind}");
}
