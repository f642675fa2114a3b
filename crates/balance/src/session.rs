//! Sessions: what a cookie claims, and what is remembered of recent sessions.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What a session's cookie says, before its signature.
///
/// Any balancer that knows the key honours it: nothing is shared but the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    /// [`crate::endpoint_id`] of the endpoint that its requests go to.
    pub endpoint: u64,
    /// The endpoint that the session is bound to, while it is a guest at another one.
    pub home: Option<u64>,
    /// Random id of the session.
    pub session: u64,
    /// When the session was bound where it belongs: seconds since the Unix epoch.
    pub bound_at_s: u32,
    /// When the binding ends whatever happens: seconds since the Unix epoch.
    pub expires_at_s: u32,
    /// Generation of the pool's bindings; another than the pool's own is not honoured.
    pub epoch: u16,
}

impl Claims {
    /// Length of [`Claims::to_bytes`].
    pub const LEN: usize = 34;

    /// The bytes that are signed and put in the cookie, big-endian.
    pub fn to_bytes(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        bytes[..8].copy_from_slice(&self.endpoint.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.session.to_be_bytes());
        bytes[16..20].copy_from_slice(&self.bound_at_s.to_be_bytes());
        bytes[20..24].copy_from_slice(&self.expires_at_s.to_be_bytes());
        bytes[24..32].copy_from_slice(&self.home.unwrap_or(NOWHERE).to_be_bytes());
        bytes[32..].copy_from_slice(&self.epoch.to_be_bytes());
        bytes
    }

    /// Reads [`Claims::to_bytes`] back. The caller has checked the signature.
    pub fn from_bytes(bytes: &[u8; Self::LEN]) -> Claims {
        let word = |at: usize| {
            let mut word = [0; 8];
            word.copy_from_slice(&bytes[at..at + 8]);
            u64::from_be_bytes(word)
        };
        let times = word(16);
        Claims {
            endpoint: word(0),
            home: Some(word(24)).filter(|&id| id != NOWHERE),
            session: word(8),
            bound_at_s: (times >> 32) as u32,
            expires_at_s: times as u32,
            epoch: u16::from_be_bytes([bytes[32], bytes[33]]),
        }
    }
}

/// No endpoint's id, in the bytes of a cookie.
const NOWHERE: u64 = 0;
/// Sessions remembered per pool, and how many of them share a set: of more, the one that was quiet
/// for longest is forgotten. With one place for two busy sessions both would look quiet, and the
/// busiest user of all would be sent about as one whom nobody misses.
const PLACES: usize = 1 << 14;
const WAYS: usize = 4;
/// Unit of the remembered time: 2²⁴ ns, about 17 ms; it wraps after 19 hours.
const TICK_SHIFT: u32 = 24;
const STAMP_BITS: u32 = 22;
const STAMP_MASK: u64 = (1 << STAMP_BITS) - 1;
/// Requests are counted per window of 2⁶ units of time, about a second; the count is halved from
/// one window to the next.
const WINDOW_SHIFT: u32 = 6;
const WINDOW_S: f64 = (1u64 << (TICK_SHIFT + WINDOW_SHIFT)) as f64 / 1e9;
/// Such a count is one to two windows' worth of requests, depending on the window's age.
const WINDOWS: f64 = 1.5;
/// Highest count of requests in flight.
pub(crate) const IN_FLIGHT_MAX: u64 = 255;
const COUNT_MAX: u64 = 1023;
/// Highest rate that is told from higher ones, per second.
pub(crate) const RATE_MAX: f64 = COUNT_MAX as f64 / (WINDOWS * WINDOW_S);

/// When recent sessions were last active, in fixed memory.
///
/// A place holds tag (24 bits) · in flight (8 bits) · count of requests (10 bits) · last activity
/// (22 bits).
#[derive(Debug)]
pub(crate) struct Sessions(Box<[Set]>);

/// The places that a session may have, in one cache line.
#[derive(Debug, Default)]
#[repr(align(32))]
struct Set([AtomicU64; WAYS]);

/// What is known of a session at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Activity {
    /// Requests in flight, up to [`IN_FLIGHT_MAX`].
    pub(crate) in_flight: u64,
    /// Time in ns since it last had any; 0 while it has. `None`: it was forgotten, or is another
    /// balancer's; most likely idle, but nobody knows how long.
    pub(crate) idle_ns: Option<u64>,
    /// About so many requests per second, up to [`RATE_MAX`].
    pub(crate) per_s: f64,
}

impl Activity {
    const UNKNOWN: Activity = Activity { in_flight: 0, idle_ns: None, per_s: 0.0 };
}

/// A session's place, held by a request in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place(u64);

impl Sessions {
    /// A table for a sticky pool, or one that remembers nothing and takes no memory.
    pub(crate) fn sized(sticky: bool) -> Arc<Self> {
        let sets = if sticky { PLACES / WAYS } else { 0 };
        Arc::new(Sessions((0..sets).map(|_| Set::default()).collect()))
    }

    fn at(&self, session: u64) -> Option<(&Set, u64)> {
        let (set, tag) = locate(session);
        self.0.get(set).map(|set| (set, tag))
    }

    /// What the session is doing.
    pub(crate) fn activity(&self, session: u64, now_ns: u64) -> Activity {
        let Some((set, tag)) = self.at(session) else { return Activity::UNKNOWN };
        let Some(word) = set.words().find(|&word| is_of(word, tag)) else {
            return Activity::UNKNOWN;
        };
        let now = stamp(now_ns);
        let idle_ns = if in_flight(word) > 0 { 0 } else { age(word, now) << TICK_SHIFT };
        let per_s = count(word, now) as f64 / (WINDOWS * WINDOW_S);
        Activity { in_flight: in_flight(word), idle_ns: Some(idle_ns), per_s }
    }

    /// A request of the session starts.
    pub(crate) fn enter(&self, session: u64, now_ns: u64) -> Place {
        let Some((set, tag)) = self.at(session) else { return Place(session) };
        let stamp = stamp(now_ns);
        let place = set.place_of(tag, stamp);
        let enter = |word: u64| {
            let known = is_of(word, tag);
            let busy = if known { in_flight(word).min(IN_FLIGHT_MAX - 1) } else { 0 };
            let before = if known { count(word, stamp) } else { 0 };
            Some(pack(tag, busy + 1, (before + 1).min(COUNT_MAX), stamp))
        };
        let _ = place.fetch_update(Relaxed, Relaxed, enter);
        Place(session)
    }

    /// A request of the session ends.
    pub(crate) fn leave(&self, held: Place, now_ns: u64) {
        let Some((set, tag)) = self.at(held.0) else { return };
        let stamp = stamp(now_ns);
        // Two workers that met a new session at once may each have given it a place.
        let busy = |place: &&AtomicU64| {
            let word = place.load(Relaxed);
            is_of(word, tag) && in_flight(word) > 0
        };
        let Some(place) = set.0.iter().find(busy) else { return };
        let leave = |word: u64| {
            let busy = in_flight(word);
            let count = count(word, stamp);
            (is_of(word, tag) && busy > 0).then(|| pack(tag, busy - 1, count, stamp))
        };
        let _ = place.fetch_update(Relaxed, Relaxed, leave);
    }
}

impl Set {
    fn words(&self) -> impl Iterator<Item = u64> {
        self.0.iter().map(|place| place.load(Relaxed))
    }

    /// The session's place, or the one it gets: an empty one, or of those who share the set that
    /// of the one that has nothing under way and was quiet for longest.
    fn place_of(&self, tag: u64, now: u64) -> &AtomicU64 {
        let own = self.words().position(|word| is_of(word, tag));
        let worth = |word: u64| match word {
            0 => (false, 0),
            // The whole span counts here: after a quiet night nobody was just active.
            word => (in_flight(word) > 0, STAMP_MASK - (now.wrapping_sub(word) & STAMP_MASK)),
        };
        let least = || {
            let worths = self.words().map(worth).enumerate();
            worths.min_by_key(|&(_, worth)| worth).map_or(0, |(at, _)| at)
        };
        &self.0[own.unwrap_or_else(least)]
    }
}

fn is_of(word: u64, tag: u64) -> bool {
    word != 0 && word >> 40 == tag
}

/// Time since the last activity. A clock that stepped back reads as no time at all.
fn age(word: u64, now: u64) -> u64 {
    let age = now.wrapping_sub(word) & STAMP_MASK;
    if age > STAMP_MASK / 2 { 0 } else { age }
}

fn pack(tag: u64, in_flight: u64, count: u64, stamp: u64) -> u64 {
    tag << 40 | in_flight << 32 | count << STAMP_BITS | stamp
}

fn stamp(now_ns: u64) -> u64 {
    now_ns >> TICK_SHIFT & STAMP_MASK
}

fn in_flight(word: u64) -> u64 {
    word >> 32 & 0xff
}

/// The count of requests as it stands at `stamp`: halved for every window since.
fn count(word: u64, stamp: u64) -> u64 {
    let windows = (stamp >> WINDOW_SHIFT).wrapping_sub((word & STAMP_MASK) >> WINDOW_SHIFT);
    // After the wrap of the clock, and where it stepped back, nothing is left of it.
    (word >> STAMP_BITS & COUNT_MAX).checked_shr(windows.min(64) as u32).unwrap_or(0)
}

fn locate(session: u64) -> (usize, u64) {
    let mixed = crate::hash::mix(session);
    (mixed as usize % (PLACES / WAYS), mixed >> 40)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_survive_the_cookie() {
        for home in [None, Some(77), Some(u64::MAX)] {
            let claims = Claims {
                endpoint: u64::MAX - 5,
                home,
                session: 3,
                bound_at_s: 1_800_000_000,
                expires_at_s: u32::MAX,
                epoch: 513,
            };
            assert_eq!(Claims::from_bytes(&claims.to_bytes()), claims);
        }
    }

    #[test]
    fn idle_only_when_nothing_is_in_flight() {
        let sessions = Sessions::sized(true);
        let second = 1_000_000_000;
        assert_eq!(sessions.activity(7, 5 * second), Activity::UNKNOWN);
        let busy = |at_s: u64| {
            let seen = sessions.activity(7, at_s * second);
            (seen.in_flight, seen.idle_ns)
        };
        let first = sessions.enter(7, second);
        let other = sessions.enter(7, second);
        assert_eq!(busy(1), (2, Some(0)));
        sessions.leave(first, 2 * second);
        assert_eq!(busy(5), (1, Some(0)));
        sessions.leave(other, 2 * second);
        let (in_flight, idle) = busy(5);
        assert!(in_flight == 0 && idle.is_some_and(|idle| idle.abs_diff(3 * second) < 1 << 25));
        assert_eq!(busy(1), (0, Some(0)), "the clock stepped back");
    }

    /// Goal: a steady rate is told within a half, and forgotten within seconds. Method: sessions
    /// of several rates, looked at ten times a second; then silence.
    #[test]
    fn rates_are_told() {
        for per_s in [1u64, 7, 40, 300] {
            let sessions = Sessions::sized(true);
            let gap_ns = 1_000_000_000 / per_s;
            for n in 0..10 * per_s {
                let place = sessions.enter(5, n * gap_ns);
                sessions.leave(place, n * gap_ns + 1000);
                let seen = sessions.activity(5, n * gap_ns + 1000).per_s / per_s as f64;
                let settled = n > 4 * per_s;
                let coarse = 1.0 / per_s as f64;
                let fine = seen > 0.55 - coarse && seen < 1.5 + coarse;
                assert!(!settled || fine, "{per_s}/s: {seen} after {n}");
            }
            assert!(sessions.activity(5, 30_000_000_000).per_s <= 0.001);
        }
    }

    /// Goal: sessions that share a set know their own counts, and the busy ones are not forgotten
    /// for those that come and go. Method: one busy session, and many others of its set.
    #[test]
    fn the_busy_are_remembered() {
        let sessions = Sessions::sized(true);
        let (set, _) = locate(1);
        let mut others = (2..).filter(|&session| locate(session).0 == set);
        let held = sessions.enter(1, 0);
        let second = 1_000_000_000;
        for at_s in 1..20 {
            let other = others.next().unwrap_or_default();
            let passing = sessions.enter(other, at_s * second);
            assert_eq!(sessions.activity(other, at_s * second).in_flight, 1);
            sessions.leave(passing, at_s * second);
            assert_eq!(sessions.activity(1, at_s * second).in_flight, 1);
        }
        sessions.leave(held, 20 * second);
        assert_eq!(sessions.activity(1, 20 * second).in_flight, 0);
        for _ in 0..WAYS {
            let _ = sessions.enter(others.next().unwrap_or_default(), 40 * second);
        }
        assert_eq!(sessions.activity(1, 41 * second), Activity::UNKNOWN, "quiet for longest");
        sessions.leave(held, 41 * second);
    }
}
