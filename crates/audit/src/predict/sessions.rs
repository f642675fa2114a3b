//! Remembers sessions in bounded memory: who was quiet for longest is forgotten first.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Sessions that are remembered for certain; twice as many may be.
pub(super) const SESSIONS_MAX: usize = 1 << 19;
/// Nobody.
pub(super) const NOBODY: u16 = u16::MAX;

/// What is remembered of a session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Session {
    /// The server that it has when all begin anew.
    pub(super) fresh: u16,
    /// The server that it has when it keeps the one it had before.
    pub(super) kept: u16,
    /// Where it goes when its fresh server is lost.
    pub(super) spare: u16,
    /// Whether its binding from before has ended.
    pub(super) ended: bool,
    /// Seconds of its last request and of its first one.
    pub(super) last_s: f64,
    pub(super) first_s: f64,
}

/// Numbers that are mixed already.
#[derive(Default)]
pub(super) struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = balance::hash_bytes(bytes, self.0);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }
}

type Map = HashMap<u64, Session, BuildHasherDefault<Mixed>>;

/// Two generations: whoever is met in the older one moves to the younger one, and when that is
/// full the older one is dropped.
#[derive(Default)]
pub(super) struct Sessions {
    young: Map,
    old: Map,
    /// Whether any was forgotten.
    pub(super) forgot: bool,
}

impl Sessions {
    pub(super) fn find(&mut self, key: u64) -> Option<Session> {
        if let Some(found) = self.young.get(&key) {
            return Some(*found);
        }
        let found = self.old.remove(&key)?;
        self.put(key, found);
        Some(found)
    }

    pub(super) fn put(&mut self, key: u64, session: Session) {
        if self.young.len() >= SESSIONS_MAX && !self.young.contains_key(&key) {
            self.forgot |= !self.old.is_empty();
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, session);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quiet_are_forgotten_first() {
        let session =
            Session { fresh: 1, kept: 1, spare: 1, ended: false, last_s: 0.0, first_s: 0.0 };
        let mut sessions = Sessions::default();
        for key in 0..3 * SESSIONS_MAX as u64 {
            sessions.put(key, session);
            assert!(sessions.find(0).is_some(), "{key}");
        }
        assert!(sessions.forgot && sessions.find(1).is_none());
    }
}
