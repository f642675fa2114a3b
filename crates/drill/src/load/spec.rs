//! What a load is, and which loads cannot be.

use std::time::Duration;

use hyper::http::uri::PathAndQuery;
use hyper::{Method, header::HeaderValue};

use sim::Retries;

use crate::error::Error;

/// Users get addresses from 127.1.0.0 on; there are this many up to 127.255.255.255.
pub(super) const ADDRESSES: u32 = 255 << 16;

/// How arrivals follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Independent of each other, as those of many users are.
    Poisson,
    /// Evenly spaced.
    Constant,
}

/// Who shares connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connections {
    /// All users draw from one set of kept connections, as behind a proxy.
    Shared,
    /// Each user keeps connections of their own.
    PerUser,
    /// The same, each user from an address of their own in 127.0.0.0/8.
    PerUserAddress,
}

/// One kind of request in the mix.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestKind {
    /// GET, HEAD, POST …
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// Length of the request's body.
    pub body_bytes: usize,
    /// How often it is sent, relative to the other kinds.
    pub weight: f64,
}

impl RequestKind {
    /// A kind without a body.
    pub fn new(method: Method, path: &str, weight: f64) -> RequestKind {
        RequestKind { method, path: path.to_owned(), body_bytes: 0, weight }
    }

    /// Whether a second sending has the effect of the first (RFC 9110, 9.2.2).
    pub(super) fn is_idempotent(&self) -> bool {
        self.method.is_idempotent()
    }
}

/// A load: who sends what, how often and for how long.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadSpec {
    /// Origin of all its chance: same seed, same arrivals, users and requests.
    pub seed: u64,
    /// How long requests are due; those in flight then are waited for.
    pub duration: Duration,
    /// Requests due before this are sent, and are not in the report.
    pub warm_up: Duration,
    /// How arrivals follow each other.
    pub pace: Pace,
    /// Requests per second.
    pub rate: f64,
    /// The rate rises from 0 in this time; zero: it is there at once.
    pub ramp: Duration,
    /// Number of users.
    pub users: u32,
    /// Zipf exponent of their activity; 0: all equally active.
    pub zipf: f64,
    /// Who shares connections.
    pub connections: Connections,
    /// What is sent.
    pub mix: Vec<RequestKind>,
    /// The `Host` header.
    pub host: String,
    /// A cookie that each user holds from the start, its value the user's number; none when empty.
    pub user_cookie: &'static str,
    /// How often users ask again: after an error at once, or when they have waited too long.
    pub retries: Retries,
    /// Longest time from sending a request to the end of its response.
    pub timeout: Duration,
    /// A request that starts later than this after it was due counts as late.
    pub late_after: Duration,
    /// Requests in flight at once; one that is due beyond it is dropped, and counted.
    pub in_flight_max: usize,
}

impl Default for LoadSpec {
    /// A hundred requests per second of a hundred users for ten seconds, all `GET /`.
    fn default() -> LoadSpec {
        LoadSpec {
            seed: 1,
            duration: Duration::from_secs(10),
            warm_up: Duration::ZERO,
            pace: Pace::Poisson,
            rate: 100.0,
            ramp: Duration::ZERO,
            users: 100,
            zipf: 1.1,
            connections: Connections::Shared,
            mix: vec![RequestKind::new(Method::GET, "/", 1.0)],
            host: "localhost".to_owned(),
            user_cookie: "",
            retries: Retries::default(),
            timeout: Duration::from_secs(10),
            late_after: Duration::from_millis(10),
            in_flight_max: 10_000,
        }
    }
}

impl LoadSpec {
    pub(super) fn check(&self) -> Result<(), Error> {
        let within = |value: f64, low: f64, high: f64| value >= low && value <= high;
        if !within(self.rate, 1e-3, 1e6) {
            return Err(Error::spec(
                format!("{} requests per second cannot be sent", self.rate),
                "write a rate from 0.001 to 1000000",
            ));
        }
        if self.users == 0 || !within(self.zipf, 0.0, 20.0) {
            return Err(Error::spec(
                format!("{} users of Zipf exponent {} cannot be", self.users, self.zipf),
                "write at least one user and an exponent from 0 to 20",
            ));
        }
        if self.connections == Connections::PerUserAddress && self.users > ADDRESSES {
            return Err(Error::spec(
                format!("{} users do not find an address each in 127.0.0.0/8", self.users),
                "write fewer users, or let them share the address",
            ));
        }
        if self.timeout.is_zero() || self.in_flight_max == 0 {
            return Err(Error::spec(
                "a load without time or room for a request sends nothing",
                "write a time-out above 0 and at least 1 request in flight",
            ));
        }
        if HeaderValue::from_str(&self.host).is_err() {
            return Err(Error::spec(format!("{:?} is no host", self.host), "write a host name"));
        }
        self.check_mix()
    }

    fn check_mix(&self) -> Result<(), Error> {
        for kind in &self.mix {
            let is_path = kind.path.starts_with('/');
            if !is_path || PathAndQuery::try_from(kind.path.as_str()).is_err() {
                return Err(Error::spec(
                    format!("{:?} cannot be requested", kind.path),
                    "write a path that begins with a slash",
                ));
            }
        }
        Ok(())
    }
}
