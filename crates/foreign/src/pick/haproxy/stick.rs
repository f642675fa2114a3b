//! `stick on`: keys that are remembered with their server, for a time and up to a number.

use std::collections::{BTreeSet, HashMap};

use super::Expression;
use crate::pick::{Change, Picker, Request, State};

/// A stick table and its rule.
#[derive(Clone, Debug, PartialEq)]
pub struct StickRule {
    /// What is remembered.
    pub key: Expression,
    /// Keys that the table holds.
    pub size: usize,
    /// Seconds that a key is remembered after it was last seen; nothing: for ever.
    pub expire_s: Option<f64>,
    /// `nopurge`: what does not fit is not remembered.
    pub no_purge: bool,
    /// Longest key in bytes, of a table of strings.
    pub key_len_max: usize,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    server: usize,
    /// Milliseconds, as the real table counts; then, who came first.
    seen: (u64, u64),
}

/// A stick table over a method.
pub struct StickTable {
    rule: StickRule,
    up: Vec<bool>,
    entries: HashMap<Box<[u8]>, Entry>,
    /// By when they were last seen, the oldest first.
    ages: BTreeSet<(u64, u64, Box<[u8]>)>,
    touches: u64,
    inner: Box<dyn Picker>,
}

impl StickTable {
    /// `inner` is the backend's method over these many servers.
    pub fn new(rule: StickRule, up: Vec<bool>, inner: Box<dyn Picker>) -> StickTable {
        let (entries, ages) = (HashMap::new(), BTreeSet::new());
        StickTable { rule, up, entries, ages, touches: 0, inner }
    }

    /// Keys that are remembered now.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no key is remembered.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn key(&self, request: &Request<'_>) -> Option<Box<[u8]>> {
        let key = self.rule.key.sample(request)?.binary();
        let length = key.len().min(self.rule.key_len_max);
        (length > 0).then(|| key.get(..length).unwrap_or(&key).into())
    }

    fn forget_until(&mut self, now_ms: u64) {
        let Some(expire_s) = self.rule.expire_s else { return };
        let expire_ms = (expire_s.max(0.0) * 1000.0) as u64;
        while self.ages.first().is_some_and(|(seen, ..)| seen.saturating_add(expire_ms) <= now_ms) {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, _, key)) = self.ages.pop_first() {
            self.entries.remove(&key);
        }
    }

    fn remember(&mut self, key: &[u8], server: usize, now_ms: u64) {
        if let Some(entry) = self.entries.get(key) {
            self.ages.remove(&(entry.seen.0, entry.seen.1, key.into()));
        } else if self.entries.len() >= self.rule.size {
            if self.rule.no_purge || self.rule.size == 0 {
                return;
            }
            // A full table loses a 256th of itself at once.
            for _ in 0..(self.rule.size >> 8) + 1 {
                self.forget_oldest();
            }
        }
        self.touches += 1;
        let seen = (now_ms, self.touches);
        self.entries.insert(key.into(), Entry { server, seen });
        self.ages.insert((seen.0, seen.1, key.into()));
    }
}

impl Picker for StickTable {
    fn pick(&mut self, request: &Request<'_>, state: &State<'_>) -> Option<usize> {
        let Some(key) = self.key(request) else { return self.inner.pick(request, state) };
        let now_ms = (request.at_s.max(0.0) * 1000.0) as u64;
        self.forget_until(now_ms);
        let known = self.entries.get(&key).map(|entry| entry.server);
        let usable = known.filter(|&server| {
            state.tried.is_empty() && self.up.get(server).copied().unwrap_or(false)
        });
        let server = match usable {
            Some(server) => server,
            None => self.inner.pick(request, state)?,
        };
        self.remember(&key, server, now_ms);
        Some(server)
    }

    fn change(&mut self, server: usize, change: Change) {
        if let Some(up) = self.up.get_mut(server) {
            match change {
                Change::Up => *up = true,
                Change::Down => *up = false,
                // One without weight keeps who it has.
                Change::Weight(_) => {}
            }
        }
        self.inner.change(server, change);
    }

    fn settle(&mut self, state: &State<'_>) {
        self.inner.settle(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::haproxy::RoundRobin;
    use crate::pick::haproxy::samples::servers;

    fn table(size: usize, expire_s: Option<f64>) -> StickTable {
        let key = Expression::parse("path").unwrap();
        let rule = StickRule { key, size, expire_s, no_purge: false, key_len_max: 32 };
        let inner = Box::new(RoundRobin::new(&servers(&[1, 1, 1]), false));
        StickTable::new(rule, vec![true; 3], inner)
    }

    fn pick(table: &mut StickTable, uri: &str, at_s: f64) -> usize {
        table.pick(&Request { uri, at_s, ..Request::default() }, &State::default()).unwrap()
    }

    #[test]
    fn keys_are_remembered_for_a_time() {
        let mut table = table(100, Some(10.0));
        let picks = [("/a", 0.0), ("/b", 1.0), ("/a", 9.0), ("/b", 12.0), ("/a", 18.0)];
        assert_eq!(picks.map(|(uri, at_s)| pick(&mut table, uri, at_s)), [0, 1, 0, 2, 0]);
    }

    #[test]
    fn a_full_table_forgets_the_oldest() {
        let mut table = table(2, None);
        let picks = ["/a", "/b", "/a", "/c", "/a", "/b"];
        assert_eq!(picks.map(|uri| pick(&mut table, uri, 0.0)), [0, 1, 0, 2, 0, 0]);
        assert_eq!(table.len(), 2);
    }
}
