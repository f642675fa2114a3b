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
/// Sessions remembered per pool; the oldest of two that share a place is forgotten.
const PLACES: usize = 1 << 14;
/// Unit of the remembered time: 2²⁴ ns, about 17 ms; it wraps after 19 hours.
const TICK_SHIFT: u32 = 24;
const STAMP_BITS: u32 = 22;
const STAMP_MASK: u64 = (1 << STAMP_BITS) - 1;
/// Requests are counted per 2⁶ units of time.
const WINDOW_SHIFT: u32 = 6;
/// Length of the window that [`Activity::Busy`] counts requests in.
pub(crate) const WINDOW_S: f64 = (1u64 << (TICK_SHIFT + WINDOW_SHIFT)) as f64 / 1e9;
/// Highest count of requests in flight.
pub(crate) const IN_FLIGHT_MAX: u64 = 255;
/// Highest count of requests in a window.
pub(crate) const COUNT_MAX: u64 = 1023;

/// When recent sessions were last active, in fixed memory.
///
/// A place holds tag (24 bits) · in flight (8 bits) · requests of the current window (10 bits) ·
/// last activity (22 bits).
#[derive(Debug)]
pub(crate) struct Sessions(Box<[AtomicU64]>);

/// What is known of a session at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activity {
    /// It has requests in flight.
    Busy {
        /// How many, up to [`IN_FLIGHT_MAX`].
        in_flight: u64,
        /// How many it sent in the current window, up to [`COUNT_MAX`].
        sent: u64,
    },
    /// It has had nothing in flight for this many ns.
    Idle(u64),
    /// It was forgotten, or another balancer's: most likely idle, but nobody knows how long.
    Unknown,
}

/// A session's place, held by a request in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place(u64);

impl Sessions {
    /// A table for a sticky pool, or one that remembers nothing and takes no memory.
    pub(crate) fn sized(sticky: bool) -> Arc<Self> {
        let places = if sticky { PLACES } else { 0 };
        Arc::new(Sessions((0..places).map(|_| AtomicU64::new(0)).collect()))
    }

    fn at(&self, session: u64) -> Option<(&AtomicU64, u64)> {
        let (place, tag) = locate(session);
        self.0.get(place).map(|place| (place, tag))
    }

    /// What the session is doing.
    pub(crate) fn activity(&self, session: u64, now_ns: u64) -> Activity {
        let Some((place, tag)) = self.at(session) else { return Activity::Unknown };
        let word = place.load(Relaxed);
        if word == 0 || word >> 40 != tag {
            return Activity::Unknown;
        }
        if in_flight(word) > 0 {
            return Activity::Busy { in_flight: in_flight(word), sent: sent(word) };
        }
        // A clock that stepped back reads as no time at all.
        let age = stamp(now_ns).wrapping_sub(word) & STAMP_MASK;
        let age = if age > STAMP_MASK / 2 { 0 } else { age };
        Activity::Idle(age << TICK_SHIFT)
    }

    /// A request of the session starts.
    pub(crate) fn enter(&self, session: u64, now_ns: u64) -> Place {
        let Some((place, tag)) = self.at(session) else { return Place(session) };
        let stamp = stamp(now_ns);
        let enter = |word: u64| {
            let known = word >> 40 == tag;
            let busy = if known { in_flight(word).min(IN_FLIGHT_MAX - 1) } else { 0 };
            let sent = if known && same_window(word, stamp) { sent(word) } else { 0 };
            Some(pack(tag, busy + 1, (sent + 1).min(COUNT_MAX), stamp))
        };
        let _ = place.fetch_update(Relaxed, Relaxed, enter);
        Place(session)
    }

    /// A request of the session ends.
    pub(crate) fn leave(&self, held: Place, now_ns: u64) {
        let Some((place, tag)) = self.at(held.0) else { return };
        let stamp = stamp(now_ns);
        let leave = |word: u64| {
            let busy = in_flight(word);
            let sent = if same_window(word, stamp) { sent(word) } else { 0 };
            (word >> 40 == tag && busy > 0).then(|| pack(tag, busy - 1, sent, stamp))
        };
        let _ = place.fetch_update(Relaxed, Relaxed, leave);
    }
}

fn pack(tag: u64, in_flight: u64, sent: u64, stamp: u64) -> u64 {
    tag << 40 | in_flight << 32 | sent << STAMP_BITS | stamp
}

fn stamp(now_ns: u64) -> u64 {
    now_ns >> TICK_SHIFT & STAMP_MASK
}

fn same_window(word: u64, stamp: u64) -> bool {
    (word & STAMP_MASK) >> WINDOW_SHIFT == stamp >> WINDOW_SHIFT
}

fn in_flight(word: u64) -> u64 {
    word >> 32 & 0xff
}

fn sent(word: u64) -> u64 {
    word >> STAMP_BITS & COUNT_MAX
}

fn locate(session: u64) -> (usize, u64) {
    let mixed = crate::hash::mix(session);
    (mixed as usize % PLACES, mixed >> 40)
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
        assert_eq!(sessions.activity(7, 5 * second), Activity::Unknown);
        let first = sessions.enter(7, second);
        let other = sessions.enter(7, second);
        assert_eq!(sessions.activity(7, second), Activity::Busy { in_flight: 2, sent: 2 });
        sessions.leave(first, 2 * second);
        let left = sessions.activity(7, 5 * second);
        assert_eq!(left, Activity::Busy { in_flight: 1, sent: 0 }, "a new window");
        sessions.leave(other, 2 * second);
        let Activity::Idle(idle) = sessions.activity(7, 5 * second) else { panic!("it is idle") };
        assert!(idle.abs_diff(3 * second) < 1 << 25, "{idle}");
        assert_eq!(sessions.activity(7, second), Activity::Idle(0), "the clock stepped back");
    }

    /// Goal: two sessions of one place never touch each other's count.
    /// Method: a second session takes the place; the first one's request ends.
    #[test]
    fn a_forgotten_session_is_unknown() {
        let sessions = Sessions::sized(true);
        let held = sessions.enter(1, 0);
        let (place, _) = locate(1);
        let usurper = (2..).find(|&s| locate(s).0 == place).expect("a place is shared");
        let taken = sessions.enter(usurper, 0);
        sessions.leave(held, 0);
        assert_eq!(sessions.activity(1, 1 << 40), Activity::Unknown);
        assert_eq!(sessions.activity(usurper, 0), Activity::Busy { in_flight: 1, sent: 1 });
        sessions.leave(taken, 0);
        assert!(matches!(sessions.activity(usurper, 1 << 40), Activity::Idle(_)));
    }
}
