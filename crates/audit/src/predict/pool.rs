//! A pool, whoever's balancer it is of, as far as a prediction depends on it.

use std::fmt;

use foreign::Span;
use foreign::pick::haproxy::StickRule;
use foreign::pick::{Picker, Request};

/// Makes a pool's picker with some of its servers down, by their places.
pub(super) type Make = Box<dyn Fn(&[usize]) -> Box<dyn Picker>>;
/// A number for what a request is told apart by.
pub(super) type KeyOf = Box<dyn Fn(&Request<'_>) -> Option<u64>>;

/// A pool.
pub(super) struct Pool {
    pub(super) name: String,
    pub(super) span: Option<Span>,
    /// Method and persistence, as written.
    pub(super) method: String,
    pub(super) members: Vec<Member>,
    /// Whether the method hashes.
    pub(super) is_hash: bool,
    /// Whether picks depend on the requests under way.
    pub(super) is_loaded: bool,
    /// Whether the method itself does so, and not limits alone.
    pub(super) by_load: bool,
    /// Whether each pick is what the balancer does, and not one that could have been.
    pub(super) exact: bool,
    pub(super) make: Make,
    pub(super) persistence: Persistence,
    /// What requests are told apart by, and its name.
    pub(super) key: Option<(String, KeyOf)>,
    /// Whether that depends on the client's address.
    pub(super) is_by_address: bool,
    pub(super) wants: Wants,
    pub(super) notes: Vec<String>,
}

/// A server.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) weight: f64,
    pub(super) up: bool,
    pub(super) backup: bool,
    /// Requests at once.
    pub(super) limit: Option<f64>,
    /// The value that cookies name it by.
    pub(super) cookie: Option<String>,
}

/// What keeps sessions.
#[derive(Clone, Debug)]
pub(super) enum Persistence {
    /// Nothing.
    None,
    /// A cookie of this name.
    Cookie { name: String, ends_with: Option<char>, lifetime: Lifetime },
    /// A table; whether a reload empties it.
    Stick { rule: Box<StickRule>, is_local: bool },
}

/// How long a binding lasts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Lifetime {
    /// As long as the client keeps it.
    Endless,
    /// Until it was not used for so many seconds.
    Idle(f64),
    /// So many seconds.
    Fixed(f64),
}

/// What a picker reads of requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wants {
    /// The client's address.
    pub(super) source: bool,
    pub(super) uri: bool,
    pub(super) headers: Vec<String>,
    /// HAProxy's variables.
    pub(super) variables: Vec<String>,
}

/// Why a pool is not predicted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotImitated(pub(super) String);

impl Pool {
    /// How long its bindings last; `None` where nothing is bound.
    pub(super) fn lifetime(&self) -> Option<Lifetime> {
        match &self.persistence {
            Persistence::None => None,
            Persistence::Cookie { lifetime, .. } => Some(*lifetime),
            Persistence::Stick { rule, .. } => {
                Some(rule.expire_s.map_or(Lifetime::Endless, Lifetime::Idle))
            }
        }
    }

    /// The shares that weights ask for, with some servers down.
    pub(super) fn intended(&self, down: &[usize]) -> Vec<f64> {
        let takes = |place: usize, member: &Member| member.up && !down.contains(&place);
        let all = || self.members.iter().enumerate();
        let has_main = all().any(|(place, it)| takes(place, it) && !it.backup && it.weight > 0.0);
        let weight = |(place, member): (usize, &Member)| {
            let counts = takes(place, member) && member.backup != has_main;
            if counts { member.weight } else { 0.0 }
        };
        let total: f64 = all().map(weight).sum();
        all().map(|it| if total > 0.0 { weight(it) / total } else { 0.0 }).collect()
    }

    /// The server that a log or a cookie names.
    pub(super) fn named(&self, name: &[u8]) -> Option<usize> {
        let is =
            |member: &Member| member.name.as_bytes() == name || member.address.as_bytes() == name;
        self.members.iter().position(is)
    }

    /// The server that a cookie's value names.
    pub(super) fn of_cookie(&self, value: &str) -> Option<usize> {
        let Persistence::Cookie { ends_with, .. } = &self.persistence else { return None };
        let value = ends_with.and_then(|end| value.split(end).next()).unwrap_or(value);
        self.holder(value, None)
    }

    /// The server that a cookie sends a session to which was at a server: of several with the same
    /// value, the first. None where that server gives no cookie.
    pub(super) fn binding(&self, place: usize) -> Option<usize> {
        let is_by_value = matches!(self.persistence, Persistence::Cookie { .. })
            && self.members.iter().any(|member| member.cookie.is_some());
        if !is_by_value {
            return Some(place);
        }
        self.holder(self.members.get(place)?.cookie.as_deref()?, None)
    }

    /// The same with a server lost that shares its value with others.
    pub(super) fn twin(&self, lost: usize) -> Option<usize> {
        self.holder(self.members.get(lost)?.cookie.as_deref()?, Some(lost))
    }

    /// The first server that is up and has this value.
    fn holder(&self, value: &str, lost: Option<usize>) -> Option<usize> {
        let has = |(place, member): (usize, &Member)| {
            member.up && Some(place) != lost && member.cookie.as_deref() == Some(value)
        };
        let mut all = self.members.iter().enumerate();
        all.find(|it| has(*it)).map(|(place, _)| place)
    }

    /// The cookie that holds a server's name, and nothing of the user's.
    pub(super) fn servers_cookie(&self) -> Option<&str> {
        match &self.persistence {
            Persistence::Cookie { name, ends_with, .. }
                if *ends_with != Some('~') && self.members.iter().any(|it| it.cookie.is_some()) =>
            {
                Some(name)
            }
            _ => None,
        }
    }

    /// What it tells requests apart by, beside sessions. Of one server nothing is left open.
    pub(super) fn key_wants(&self) -> Wants {
        if self.members.len() < 2 {
            return Wants::default();
        }
        let mut wants = self.wants.clone();
        if matches!(self.persistence, Persistence::Cookie { .. }) {
            wants.headers.retain(|name| name != "cookie");
        }
        wants
    }
}

impl Wants {
    pub(super) fn header(name: &str) -> Wants {
        Wants { headers: vec![name.to_ascii_lowercase()], ..Wants::default() }
    }

    pub(super) fn source() -> Wants {
        Wants { source: true, ..Wants::default() }
    }

    pub(super) fn uri() -> Wants {
        Wants { uri: true, ..Wants::default() }
    }

    pub(super) fn add(&mut self, other: &Wants) {
        self.source |= other.source;
        self.uri |= other.uri;
        let add = |names: &mut Vec<String>, others: &[String]| {
            let new: Vec<_> = others.iter().filter(|name| !names.contains(name)).cloned().collect();
            names.extend(new);
        };
        add(&mut self.headers, &other.headers);
        add(&mut self.variables, &other.variables);
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("name", &self.name).field("method", &self.method).finish()
    }
}
