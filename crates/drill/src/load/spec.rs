//! What a load is, and which loads cannot be.

use std::time::Duration;

use hyper::Method;
use hyper::http::uri::PathAndQuery;
use sim::{Nat, Retries};

use super::profile::Stage;
use super::request::RequestKind;
use crate::error::Error;

/// Users get addresses from 127.1.0.0 on; there are this many up to 127.255.255.255.
pub(super) const ADDRESSES: u32 = 255 << 16;
/// Each costs some hundred bytes.
const USERS_MAX: u32 = 10_000_000;
/// A week.
const DURATION_MAX: Duration = Duration::from_secs(7 * 24 * 3600);
const STAGES_MAX: usize = 1000;
const RATE_MAX: f64 = 1e6;

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

/// What is spoken to the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// One request at a time on a connection.
    Http1,
    /// Many at once; agreed on by ALPN behind TLS, known in advance without.
    Http2,
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
    /// The rate over time, instead of `duration`, `rate` and `ramp`; empty: by these.
    pub stages: Vec<Stage>,
    /// Number of users.
    pub users: u32,
    /// Zipf exponent of their activity; 0: all equally active.
    pub zipf: f64,
    /// Whether users keep cookies and send them back.
    pub cookies: bool,
    /// Who shares connections.
    pub connections: Connections,
    /// Connections at most: of all users together where they are shared, of each user otherwise.
    /// A request that is due beyond waits for one. `None`: as many as are needed.
    pub connections_max: Option<u32>,
    /// Users who share addresses, where users have addresses.
    pub nats: Vec<Nat>,
    /// What is spoken.
    pub protocol: Protocol,
    /// What is sent.
    pub mix: Vec<RequestKind>,
    /// The `Host` header.
    pub host: String,
    /// Headers of every request, names and values; they replace those that a load sends itself.
    pub headers: Vec<(String, String)>,
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
            stages: Vec::new(),
            users: 100,
            zipf: 1.1,
            cookies: true,
            connections: Connections::Shared,
            connections_max: None,
            nats: Vec::new(),
            protocol: Protocol::Http1,
            mix: vec![RequestKind::new(Method::GET, "/", 1.0)],
            host: "localhost".to_owned(),
            headers: Vec::new(),
            user_cookie: "",
            retries: Retries::default(),
            timeout: Duration::from_secs(10),
            late_after: Duration::from_millis(10),
            in_flight_max: 10_000,
        }
    }
}

impl LoadSpec {
    /// The rate over time, whichever way it is written.
    pub(super) fn profile(&self) -> Vec<Stage> {
        if !self.stages.is_empty() {
            return self.stages.clone();
        }
        let ramp = self.ramp.min(self.duration);
        let reached = match self.ramp.is_zero() {
            true => self.rate,
            false => self.rate * ramp.as_secs_f64() / self.ramp.as_secs_f64(),
        };
        let hold = self.duration.saturating_sub(ramp);
        vec![Stage { rate: reached, duration: ramp }, Stage { rate: self.rate, duration: hold }]
    }

    /// How long requests are due.
    pub(super) fn length(&self) -> Duration {
        match self.stages.is_empty() {
            true => self.duration,
            false => self
                .stages
                .iter()
                .fold(Duration::ZERO, |sum, stage| sum.saturating_add(stage.duration)),
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        self.check_rates()?;
        self.check_users()?;
        if self.timeout.is_zero() || self.in_flight_max == 0 || self.connections_max == Some(0) {
            return Err(Error::spec(
                "a load without time or room for a request sends nothing",
                "write a time-out above 0 and at least 1 request in flight and 1 connection",
            ));
        }
        self.check_mix()
    }

    fn check_rates(&self) -> Result<(), Error> {
        if !within(self.rate, 1e-3, RATE_MAX) {
            return Err(Error::spec(
                format!("{} requests per second cannot be sent", self.rate),
                "write a rate from 0.001 to 1000000",
            ));
        }
        if self.stages.len() > STAGES_MAX
            || self.stages.iter().any(|stage| !within(stage.rate, 0.0, RATE_MAX))
        {
            return Err(Error::spec(
                "these stages cannot be sent",
                "write at most 1000 of them, with rates from 0 to 1000000",
            ));
        }
        if self.length() > DURATION_MAX {
            return Err(Error::spec(
                format!("{:?} is longer than a load runs", self.length()),
                "write at most 7d",
            ));
        }
        Ok(())
    }

    fn check_users(&self) -> Result<(), Error> {
        if self.users == 0 || self.users > USERS_MAX || !within(self.zipf, 0.0, 20.0) {
            return Err(Error::spec(
                format!("{} users of Zipf exponent {} cannot be", self.users, self.zipf),
                "write 1 to 10000000 users and an exponent from 0 to 20",
            ));
        }
        let mut behind = 0.0;
        let mut addresses = u64::from(self.users);
        for nat in &self.nats {
            if nat.addresses == 0 || !within(nat.share, 0.0, 1.0) {
                return Err(Error::spec(
                    format!("{} addresses cannot be shared by {}", nat.addresses, nat.share),
                    "write at least 1 address and a part of the users from 0 to 1",
                ));
            }
            behind += nat.share;
            addresses += u64::from(nat.addresses);
        }
        if behind > 1.0 + 1e-9 {
            return Err(Error::spec(
                "more users share addresses than there are",
                "write parts that add up to 1 at most",
            ));
        }
        let addressed = self.connections == Connections::PerUserAddress;
        if addressed && addresses > u64::from(ADDRESSES) {
            return Err(Error::spec(
                format!("{} users do not find an address each in 127.0.0.0/8", self.users),
                "write fewer users, or let them share the address",
            ));
        }
        Ok(())
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
            if kind.method == Method::CONNECT {
                return Err(Error::spec(
                    "CONNECT asks for a tunnel and not for a response",
                    "write another method",
                ));
            }
        }
        Ok(())
    }
}

/// Whether it is a number between these; what is none is not.
fn within(value: f64, low: f64, high: f64) -> bool {
    value >= low && value <= high
}
