//! `stick on`: keys that are remembered with their server, for a time and up to a number.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use super::Expression;
use super::expression::Sample;
use super::hashing::number;
use crate::pick::{Change, Outcome, Picker, Request, Server, State};

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
    /// What the table makes of keys.
    pub key_type: KeyType,
    /// Longest key in bytes, of a table of strings or bytes.
    pub key_len_max: usize,
}

/// What a table makes of keys: what cannot be made so is not remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// Texts and bytes, as they are. An empty one is a key like any other.
    Bytes,
    /// Whole numbers of 32 bits: the digits that a text begins with.
    Number,
    /// Addresses of version 4.
    Ip,
    /// Addresses of both versions.
    Ipv6,
}

impl StickRule {
    /// What the table remembers of a request.
    pub fn key_of<'a>(&'a self, request: &Request<'a>) -> Option<Cow<'a, [u8]>> {
        let sample = self.key.sample(request)?;
        match self.key_type {
            KeyType::Bytes => {
                let key = sample.binary();
                let short = key.get(..self.key_len_max).map(<[u8]>::to_vec);
                Some(short.map_or(key, Cow::Owned))
            }
            KeyType::Number => {
                let number = match sample {
                    Sample::Number(number) => number as u32,
                    other => {
                        let text = other.text();
                        if text.is_empty() {
                            return None;
                        }
                        number(&text)
                    }
                };
                Some(Cow::Owned(number.to_be_bytes().to_vec()))
            }
            KeyType::Ip | KeyType::Ipv6 => {
                let address = match sample {
                    Sample::Address(address) => address,
                    other => std::str::from_utf8(&other.text()).ok()?.parse().ok()?,
                };
                let bytes = match (self.key_type, address.to_canonical()) {
                    (KeyType::Ip, IpAddr::V4(address)) => address.octets().to_vec(),
                    (KeyType::Ip, IpAddr::V6(_)) => return None,
                    (_, IpAddr::V4(address)) => address.to_ipv6_mapped().octets().to_vec(),
                    (_, IpAddr::V6(address)) => address.octets().to_vec(),
                };
                Some(Cow::Owned(bytes))
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    server: usize,
    /// Where it stands in the queue: milliseconds, then who came first.
    queued: (u64, u64),
    /// Milliseconds of its end; the queue learns of it when it comes to the entry.
    expires_ms: u64,
}

/// A stick table over a method.
///
/// What a full table forgets depends on milliseconds that a log does not have, those between
/// request and response. Here a response comes at once: a full table is imitated closely, and any
/// other one exactly.
pub struct StickTable {
    rule: StickRule,
    up: Vec<bool>,
    entries: HashMap<Arc<[u8]>, Entry>,
    queue: BTreeSet<(u64, u64, Arc<[u8]>)>,
    touches: u64,
    crowded_out: Rc<Cell<u64>>,
    inner: Box<dyn Picker>,
}

impl StickTable {
    /// `inner` is the backend's method over the same servers.
    pub fn new(rule: StickRule, servers: &[Server], inner: Box<dyn Picker>) -> StickTable {
        let up = servers.iter().map(|server| server.up).collect();
        let (entries, queue) = (HashMap::new(), BTreeSet::new());
        let crowded_out = Rc::default();
        StickTable { rule, up, entries, queue, touches: 0, crowded_out, inner }
    }

    /// A view of how often a key was forgotten before its time, or never remembered, for want of
    /// room. It goes on counting wherever the table is moved to.
    pub fn crowded_out(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.crowded_out)
    }

    /// Keys that are remembered now.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no key is remembered.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Forgets all keys, as `clear table` does. The method goes on where it is.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.queue.clear();
    }

    fn key(&self, request: &Request<'_>) -> Option<Arc<[u8]>> {
        self.rule.key_of(request).map(|key| Arc::from(&*key))
    }

    fn expiry_ms(&self, now_ms: u64) -> u64 {
        let after_ms = self.rule.expire_s.map_or(0.0, |expire_s| expire_s.max(0.0) * 1000.0);
        now_ms.saturating_add(after_ms as u64)
    }

    fn queue(&mut self, key: &Arc<[u8]>, at_ms: u64) {
        self.touches += 1;
        if let Some(entry) = self.entries.get_mut(key) {
            entry.queued = (at_ms, self.touches);
            self.queue.insert((at_ms, self.touches, Arc::clone(key)));
        }
    }

    fn forget(&mut self, key: &Arc<[u8]>) {
        if let Some(entry) = self.entries.remove(key) {
            self.queue.remove(&(entry.queued.0, entry.queued.1, Arc::clone(key)));
        }
    }

    fn forget_expired(&mut self, key: &Arc<[u8]>, now_ms: u64) {
        let over = self.entries.get(key).is_some_and(|entry| entry.expires_ms <= now_ms);
        if self.rule.expire_s.is_none() {
            return;
        }
        if over {
            self.forget(key);
        }
        while self.queue.first().is_some_and(|(at_ms, ..)| *at_ms <= now_ms) {
            self.visit_oldest();
        }
    }

    /// Forgets the first of the queue, or moves it to where it has come to stand since.
    fn visit_oldest(&mut self) -> bool {
        let Some((at_ms, _, key)) = self.queue.pop_first() else { return false };
        let expires_ms = self.entries.get(&key).map_or(at_ms, |entry| entry.expires_ms);
        if expires_ms == at_ms {
            self.entries.remove(&key);
            return true;
        }
        self.queue(&key, expires_ms);
        false
    }

    fn note_crowded_out(&self, count: usize) {
        self.crowded_out.set(self.crowded_out.get() + count as u64);
    }

    /// Makes room for one more, whether the key is known or not. A full table loses a 256th of
    /// itself at once, or less where it looks at twice as many without finding them.
    fn has_room(&mut self) -> bool {
        if self.entries.len() < self.rule.size {
            return true;
        }
        if self.rule.no_purge {
            return false;
        }
        let most = (self.rule.size >> 8) + 1;
        let mut lost = 0;
        for _ in 0..2 * most {
            if lost < most && self.visit_oldest() {
                lost += 1;
            }
        }
        self.note_crowded_out(lost);
        lost > 0
    }
}

impl Picker for StickTable {
    fn pick(&mut self, request: &Request<'_>, state: &State<'_>) -> Option<usize> {
        let Some(key) = self.key(request) else { return self.inner.pick(request, state) };
        let now_ms = (request.at_s.max(0.0) * 1000.0) as u64;
        self.forget_expired(&key, now_ms);
        let expires_ms = self.expiry_ms(now_ms);
        let known = self.entries.get_mut(&key).map(|entry| {
            entry.expires_ms = expires_ms;
            entry.server
        });
        let stores = self.has_room();
        if !stores && known.is_none() {
            self.note_crowded_out(1);
        }
        let usable = known.filter(|&server| {
            state.tried.is_empty() && self.up.get(server).copied().unwrap_or(false)
        });
        let server = match usable {
            Some(server) => server,
            None => self.inner.pick(request, state)?,
        };
        if stores && let Some(entry) = self.entries.get_mut(&key) {
            entry.server = server;
        } else if stores {
            let entry = Entry { server, queued: (0, 0), expires_ms };
            self.entries.insert(Arc::clone(&key), entry);
            self.queue(&key, expires_ms);
        }
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

    fn finish(&mut self, server: usize, outcome: Outcome, at_s: f64) {
        self.inner.finish(server, outcome, at_s);
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
        let key_type = KeyType::Bytes;
        let rule = StickRule { key, size, expire_s, no_purge: false, key_type, key_len_max: 32 };
        let servers = servers(&[1, 1, 1]);
        let inner = Box::new(RoundRobin::new(&servers, false));
        StickTable::new(rule, &servers, inner)
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
    fn a_key_is_what_its_table_makes_of_it() {
        let check = |key_type: KeyType, key: &str, uri: &str, expected: Option<&[u8]>| {
            let key = Expression::parse(key).unwrap();
            let (size, expire_s, no_purge, key_len_max) = (1, None, false, 3);
            let rule = StickRule { key, size, expire_s, no_purge, key_type, key_len_max };
            let source = Some([192, 0, 2, 1].into());
            let request = Request { uri, source, ..Request::default() };
            assert_eq!(rule.key_of(&request).as_deref(), expected, "{uri}");
        };
        check(KeyType::Bytes, "url_param(id)", "/?id=abcd", Some(b"abc"));
        check(KeyType::Bytes, "url_param(id)", "/?id=", Some(b""));
        check(KeyType::Bytes, "url_param(id)", "/?id", None);
        check(KeyType::Number, "url_param(id)", "/?id=007", Some(&[0, 0, 0, 7]));
        check(KeyType::Number, "url_param(id)", "/?id=x", Some(&[0; 4]));
        check(KeyType::Number, "url_param(id)", "/?id=", None);
        check(KeyType::Ip, "src", "/", Some(&[192, 0, 2, 1]));
        check(KeyType::Ip, "url_param(id)", "/?id=::ffff:10.0.0.1", Some(&[10, 0, 0, 1]));
        check(KeyType::Ip, "url_param(id)", "/?id=::1", None);
        check(KeyType::Ipv6, "url_param(id)", "/?id=x", None);
    }

    #[test]
    fn a_table_that_is_cleared_knows_nobody() {
        let mut table = table(100, Some(10.0));
        assert_eq!(["/a", "/b", "/a"].map(|uri| pick(&mut table, uri, 0.0)), [0, 1, 0]);
        table.clear();
        assert!(table.is_empty());
        assert_eq!(["/a", "/b"].map(|uri| pick(&mut table, uri, 1.0)), [2, 0]);
    }

    #[test]
    fn a_full_table_forgets_the_oldest() {
        let mut table = table(2, None);
        let crowded_out = table.crowded_out();
        let picks = [("/a", 0.0), ("/b", 1.0), ("/c", 2.0), ("/b", 3.0), ("/a", 4.0)];
        assert_eq!(picks.map(|(uri, at_s)| pick(&mut table, uri, at_s)), [0, 1, 2, 1, 0]);
        assert_eq!((table.len(), crowded_out.get()), (2, 2));
    }
}
