//! What a prediction says: plain figures, for people, scripts, charts and rules alike.

use foreign::Span;

/// What a configuration does to some traffic.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prediction {
    /// The traffic it was played with.
    pub traffic: Traffic,
    /// Every pool of the configuration that got requests, or the one that was asked for.
    pub pools: Vec<PoolPrediction>,
    /// Assumptions, limits, and what is not imitated, of all of it.
    pub notes: Vec<String>,
}

/// The traffic that was played.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traffic {
    /// Whether it is made up, for want of a log.
    pub synthetic: bool,
    /// What it is, in a few words: the log's format, or the population.
    pub what: String,
    /// Lines of the log.
    pub lines: u64,
    /// Requests among them.
    pub requests: u64,
    /// Lines that could not be read.
    pub malformed: u64,
    /// The first of these: the line's number and what is wrong.
    pub bad: Vec<(u64, String)>,
    /// Empty lines, and those that tell of something else.
    pub aside: u64,
    /// Requests that lead to no pool, as far as the log tells.
    pub unrouted: u64,
    /// Requests that the balancer answers by itself: they are redirected or refused.
    pub answered: u64,
    /// Requests whose way rests on what the log does not tell.
    pub assumed: Vec<Assumption>,
    /// Sessions, as far as they can be told apart; an estimate where there are many.
    pub sessions: u64,
    /// Client addresses; an estimate where there are many.
    pub addresses: u64,
    /// Seconds from the first request to the last.
    pub span_s: f64,
    /// Whether the log has durations.
    pub has_durations: bool,
}

/// Requests that were given to a pool, or to a server of it, although the log leaves open whether
/// they go there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assumption {
    /// The pool; `None` where the balancer was taken to answer by itself, or to have none.
    pub pool: Option<String>,
    /// How many.
    pub requests: u64,
    /// What is open.
    pub open: Open,
    /// The rule that cannot be decided, and what the log does not tell. It was taken not to hold.
    pub why: String,
}

/// What a log leaves open of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Open {
    /// Which pool it goes to.
    #[default]
    Pool,
    /// Which server of its pool it goes to: what the pool tells requests apart by is not known.
    Server,
}

/// What a pool does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PoolPrediction {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub span: Option<Span>,
    /// Its method and its persistence, as they are written.
    pub method: String,
    /// Whether each request is predicted, and not the shares alone.
    pub exact: bool,
    /// Requests that it got.
    pub requests: u64,
    /// Its servers, in the order of the file.
    pub servers: Vec<ServerPrediction>,
    /// What the two busiest servers have together of the requests of new sessions, 0 to 1.
    pub top2_share_new: f64,
    /// What the two servers that most sessions begin at have together of these, 0 to 1.
    pub top2_sessions_new: f64,
    /// What happens when a server is lost, one for each that takes requests.
    pub n_minus_one: Vec<LostServer>,
    /// Share of each server after a reload or restart, 0 to 1.
    pub share_reload: Vec<f64>,
    /// Share of each server if all clients came from one address, 0 to 1.
    pub share_nat: Vec<f64>,
    /// The keys by which its method or its persistence tells requests apart.
    pub keys: Keys,
    /// What its servers get minute by minute, with new sessions; minutes without a request are
    /// left out.
    pub minutes: Vec<Minute>,
    /// How many minutes each of these stands for: a long log has more than can be kept.
    pub minutes_a_row: u32,
    /// What is otherwise than in the configuration that it was compared with.
    pub change: Option<PoolChange>,
    /// Assumptions, limits, and what is not imitated.
    pub notes: Vec<String>,
}

/// What a server gets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerPrediction {
    /// Its name.
    pub name: String,
    /// Its weight, as it is written.
    pub weight: f64,
    /// The share that its weight asks for, 0 to 1.
    pub share_intended: f64,
    /// Share of requests while every session stays where it is, 0 to 1.
    pub share_kept: f64,
    /// Share of requests of sessions that all begin anew, 0 to 1.
    pub share_new: f64,
    /// Share of requests once bindings have ended as far as they ever end, 0 to 1.
    pub share_steady: f64,
    /// Concurrent requests in its worst minute over what it takes, with new sessions.
    pub peak_pressure: f64,
    /// What [`ServerPrediction::peak_pressure`] is measured against.
    pub capacity: Capacity,
}

/// What a server takes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Capacity {
    /// So many requests at once: its limit.
    Limit(f64),
    /// No limit is stated: its fair part, by weight, of the pool's worst minute.
    #[default]
    FairPart,
}

/// What the servers of a pool get in a minute.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Minute {
    /// Minutes since the Unix epoch, where the log has times.
    pub minute: i64,
    /// Share of each server, in the order of the pool's, 0 to 1.
    pub shares: Vec<f64>,
    /// Pressure of each server, as [`ServerPrediction::peak_pressure`] has it.
    pub pressure: Vec<f64>,
}

/// What happens when a server is lost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LostServer {
    /// Its name.
    pub down: String,
    /// Share of each server, in the order of the pool's; 0 for itself.
    pub shares: Vec<f64>,
    /// Pressure of each server in its worst minute.
    pub peak_pressure: Vec<f64>,
}

/// The keys by which requests are told apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keys {
    /// What a key is, such as `address` or `session`; empty where requests are not told apart.
    pub by: String,
    /// Different ones; an estimate where there are many.
    pub distinct: u64,
    /// The part of the requests that the commonest key has, 0 to 1.
    pub hottest_share: f64,
    /// Its server, where keys alone decide and it has one.
    pub hottest_server: Option<String>,
    /// Entries that the pool's table has room for, where it has one.
    pub room: Option<u64>,
    /// How often one was forgotten before its time, or not remembered, for want of room.
    pub crowded_out: u64,
}

/// What is otherwise than before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PoolChange {
    /// The part of the sessions that go elsewhere, 0 to 1, each judged by its binding before and
    /// the one that it gets when it binds anew.
    pub moved_share: f64,
    /// How many these are.
    pub moved_sessions: u64,
    /// Name, share of requests before and share of new sessions' requests after, of every server
    /// that is in one of both.
    pub servers: Vec<(String, f64, f64)>,
}

/// The predicted server of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Predicted<'a> {
    /// The line in the log, from 1.
    pub line: u64,
    /// The pool; `None` where the balancer answers by itself, or none is known.
    pub pool: Option<&'a str>,
    /// The server; `None` where the balancer has nobody.
    pub server: Option<&'a str>,
    /// Why that one.
    pub reason: Reason,
    /// What that rests on, where the log leaves it open.
    pub assumed: Option<&'a str>,
}

/// Why a server gets a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its cookie names it.
    Cookie,
    /// A table remembers it.
    Stick,
    /// A hash leads to it.
    Hash,
    /// The method picked it.
    Method,
    /// A rule names it.
    Rule,
    /// Only backups are left.
    Backup,
    /// Nobody is left.
    None,
    /// The balancer answers by itself.
    Answered,
    /// Nothing tells which pool it goes to.
    Unknown,
}

impl Reason {
    /// As it is written in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Cookie => "cookie",
            Reason::Stick => "stick",
            Reason::Hash => "hash",
            Reason::Method => "method",
            Reason::Rule => "rule",
            Reason::Backup => "backup",
            Reason::None => "none",
            Reason::Answered => "answered",
            Reason::Unknown => "unknown",
        }
    }
}

/// With fewer requests shares are chance.
const REQUESTS_MIN: u64 = 1000;

impl PoolPrediction {
    /// Whether its shares are more than chance.
    pub fn is_enough(&self) -> bool {
        self.requests >= REQUESTS_MIN
    }
}

impl Prediction {
    /// What it says of a pool.
    pub fn pool(&self, name: &str) -> Option<&PoolPrediction> {
        self.pools.iter().find(|pool| pool.name == name)
    }
}
