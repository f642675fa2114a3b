//! What of log lines is kept on their way from the threads that read to the one that plays.

use std::borrow::Cow;
use std::net::IpAddr;

use foreign::logs::{Binding, Unserved};
use foreign::pick::Request;

use super::pool::Wants;
use super::route::{Said, Why};
use super::sessions::NOBODY;
use super::variable;

/// In the place of a pool: the balancer answers by itself.
pub(super) const ANSWERED: u16 = u16::MAX - 1;
/// In the place of a pool: none that is known.
pub(super) const NOWHERE: u16 = u16::MAX;

/// Requests in their order.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) lines: Vec<Entry>,
    /// The same requests by the rules of the configuration from before, where there is one.
    before: Vec<Entry>,
    bytes: Vec<u8>,
    texts: Vec<(u32, u32)>,
}

/// One request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) number: u64,
    /// Seconds; not a number where the log has none.
    pub(super) at_s: f64,
    /// Whether that is when it ended.
    pub(super) is_end: bool,
    pub(super) source: Option<IpAddr>,
    /// Who asked, as far as that can be told.
    pub(super) client: u64,
    /// The pool's place, and that of the server that it had in it.
    pub(super) pool: u16,
    pub(super) server: u16,
    /// The place of the server that a rule asks for.
    pub(super) asked: u16,
    /// What its pool rests on, where that is not certain.
    pub(super) why: Option<Why>,
    /// What the log itself says of its way.
    pub(super) said: Said,
    /// Whether what is hashed of it stands behind its texts.
    pub(super) is_keyed: bool,
    /// What the log says of the cookie that names its server.
    pub(super) cookie: Cookie,
    /// What the log says of its session, where no cookie names it.
    pub(super) binding: Option<Binding>,
    /// Whether address and program alone tell who asked.
    pub(super) is_like: bool,
    /// Why it had no server, where the log says so, and HAProxy's state.
    pub(super) unserved: Option<(Unserved, [u8; 2])>,
    /// Seconds; not a number where the log has none.
    pub(super) took_s: f32,
    /// Whether that is less than the log could tell.
    pub(super) is_instant: bool,
    pub(super) texts: u32,
    /// The place of the same request by the rules of before.
    pub(super) before: u32,
}

/// What a log says of the cookie that names a request's server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cookie {
    Untold,
    /// The client sent none.
    Absent,
    /// It sent the request to its server.
    Valid,
}

impl Entry {
    pub(super) fn new(number: u64, client: u64, pool: u16) -> Entry {
        Entry {
            number,
            at_s: f64::NAN,
            is_end: false,
            source: None,
            client,
            pool,
            server: NOBODY,
            asked: NOBODY,
            why: None,
            said: Said::Nothing,
            is_keyed: false,
            cookie: Cookie::Untold,
            binding: None,
            is_like: false,
            unserved: None,
            took_s: f32::NAN,
            is_instant: false,
            texts: 0,
            before: u32::MAX,
        }
    }

    /// Seconds that it took, or those that are taken where the log does not say.
    pub(super) fn took_or(&self, service_s: f64) -> f64 {
        if self.took_s.is_nan() { service_s } else { f64::from(self.took_s) }
    }
}

impl Batch {
    /// Adds a request, and the same one by the rules of before.
    pub(super) fn push(&mut self, entry: Entry, before: Option<Entry>) {
        let place = u32::try_from(self.before.len()).unwrap_or(u32::MAX);
        let before_at = if before.is_some() { place } else { u32::MAX };
        self.before.extend(before);
        self.lines.push(Entry { before: before_at, ..entry });
    }

    /// The same request by the rules of before, at the same moment and of the same session.
    pub(super) fn before(&self, entry: &Entry) -> Option<Entry> {
        let before = self.before.get(entry.before as usize)?;
        Some(Entry { at_s: entry.at_s, client: entry.client, ..*before })
    }

    /// Holds what is read of a request: the texts are its target, then the values of the headers
    /// and the variables that are wanted, and `key` is what is hashed of it, where that is known.
    pub(super) fn hold<'t>(
        &mut self,
        entry: Entry,
        texts: impl Iterator<Item = Cow<'t, [u8]>>,
        key: Option<&[u8]>,
    ) -> Entry {
        let first = self.texts.len() as u32;
        for text in texts {
            let start = self.bytes.len() as u32;
            // What is not UTF-8 cannot be asked of a picker; logs have such targets of scanners.
            match std::str::from_utf8(&text) {
                Ok(text) => self.bytes.extend_from_slice(text.as_bytes()),
                Err(_) => {
                    self.bytes.extend_from_slice(String::from_utf8_lossy(&text).as_bytes());
                }
            }
            self.texts.push((start, self.bytes.len() as u32));
        }
        if let Some(key) = key {
            let start = self.bytes.len() as u32;
            self.bytes.extend_from_slice(key);
            self.texts.push((start, self.bytes.len() as u32));
        }
        Entry { texts: first, is_keyed: key.is_some(), ..entry }
    }

    fn bytes(&self, at: u32) -> &[u8] {
        let range = self.texts.get(at as usize).copied().unwrap_or((0, 0));
        self.bytes.get(range.0 as usize..range.1 as usize).unwrap_or(&[])
    }

    fn text(&self, at: u32) -> &str {
        std::str::from_utf8(self.bytes(at)).unwrap_or("")
    }

    /// Tells a request with the values of the headers and variables that are wanted.
    pub(super) fn with<T>(
        &self,
        entry: &Entry,
        wants: &Wants,
        tell: impl FnOnce(&Request<'_>) -> T,
    ) -> T {
        let at_s = if entry.at_s.is_nan() { 0.0 } else { entry.at_s };
        let uri = self.text(entry.texts);
        let (names, variables) = (&wants.headers, &wants.variables);
        let behind = entry.texts + 1 + names.len() as u32;
        let key = entry.is_keyed.then(|| self.bytes(behind + variables.len() as u32));
        let request = Request { source: entry.source, uri, key, at_s, ..Request::default() };
        if names.is_empty() && variables.is_empty() {
            return tell(&request);
        }
        let values = (1..).map(|place| self.text(entry.texts + place));
        let pairs = names.iter().map(String::as_str).zip(values);
        let lines = pairs.flat_map(|(name, lines)| lines.split('\n').map(move |line| (name, line)));
        let headers: Vec<(&str, &str)> = lines.filter(|(_, value)| !value.is_empty()).collect();
        let set = variables.iter().zip(behind..);
        let set =
            set.filter_map(|(name, at)| Some((name.as_str(), variable::read(self.text(at))?)));
        let variables: Vec<_> = set.collect();
        tell(&Request { headers: &headers, variables: &variables, ..request })
    }
}
