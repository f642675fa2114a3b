//! What a load did and what came of it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::latency::Latency;
use super::timeline::Timeline;

/// The account of a load. Every request is in `responses` or in `failures`, and in one only.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Requests started after the warm-up; the rest counts these.
    pub requests: u64,
    /// Responses received whole, whatever their status.
    pub responses: u64,
    /// Responses by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Requests without a whole response.
    pub failures: Failures,
    /// Times that a user asked again, after an error or a long wait; `requests` are first ones.
    pub retried: u64,
    /// Requests sent again because their kept connection had been closed (as browsers do).
    pub reconnects: u64,
    /// Requests that started late: the generator fell behind, or the machine did.
    pub late: u64,
    /// Requests that were due and never started, because too many were in flight.
    pub dropped: u64,
    /// Responses from another origin than the same user's response before.
    pub moved: u64,
    /// Users that sent anything.
    pub users: u64,
    /// From the start to the last response.
    pub duration: Duration,
    /// The time in which the requests were due: from the warm-up's end on.
    pub sending: Duration,
    /// The time in which they were answered: from the warm-up's end to the last response.
    pub answering: Duration,
    /// Body bytes of the requests that were answered.
    pub bytes_sent: u64,
    /// Body bytes of whole responses.
    pub bytes_received: u64,
    /// What was said of the first failure of each kind.
    pub first_failures: BTreeMap<&'static str, String>,
    /// Whole responses, each measured from the moment its request was due.
    pub latency: Latency,
    /// The same from the moment each request had a connection: blind to the wait for one and to
    /// the generator's own delay, as what a closed-loop client measures; for comparison only.
    pub latency_from_start: Latency,
    /// All outcomes, failures too, each from the moment its request was due.
    pub outcomes: Latency,
    /// Latency beyond the work that the origin was told to do; good responses alone.
    pub excess: Latency,
    /// Responses by their `x-origin`.
    pub origins: BTreeMap<String, OriginReport>,
    /// What happened second by second, the warm-up too.
    pub timeline: Timeline,
}

/// What one origin answered.
#[derive(Clone, Debug, Default)]
pub struct OriginReport {
    /// Whole responses.
    pub responses: u64,
    /// Those of status 400 and above.
    pub errors: u64,
    /// From the moment each request was due.
    pub latency: Latency,
}

/// Requests that got no whole response, by what went wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// No connection.
    pub connect: u64,
    /// No connection, because this machine has no more files, ports or memory for one.
    pub local: u64,
    /// A connection, and no agreement on TLS or on the protocol within it.
    pub tls: u64,
    /// The connection ended before the response did.
    pub reset: u64,
    /// Nothing whole within the time-out.
    pub timeout: u64,
    /// What came was no HTTP.
    pub protocol: u64,
}

impl Failures {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.connect + self.local + self.tls + self.reset + self.timeout + self.protocol
    }
}

impl Report {
    /// Responses of status 400 and above. A load sends nothing that deserves a 4xx.
    pub fn errors(&self) -> u64 {
        self.statuses.range(400..).map(|(_, count)| count).sum()
    }

    /// Requests that did not get what they were sent for.
    pub fn failed(&self) -> u64 {
        self.failures.total() + self.errors()
    }

    /// Whole responses per second, until the last one: a server that falls behind answers for
    /// longer than it is asked.
    pub fn rate(&self) -> f64 {
        per_second(self.responses, self.answering)
    }

    /// Requests started per second of sending.
    pub fn request_rate(&self) -> f64 {
        per_second(self.requests, self.sending)
    }

    /// The part of the requests that failed, 0 to 1.
    pub fn error_ratio(&self) -> f64 {
        self.failed() as f64 / self.requests.max(1) as f64
    }

    /// The part of the requests that another origin answered than the same user's before.
    pub fn moved_ratio(&self) -> f64 {
        self.moved as f64 / self.requests.max(1) as f64
    }

    /// The share of all named responses that `origin` answered, 0 to 1.
    pub fn share(&self, origin: &str) -> f64 {
        let all: u64 = self.origins.values().map(|origin| origin.responses).sum();
        let own = self.origins.get(origin).map_or(0, |origin| origin.responses);
        if all == 0 { 0.0 } else { own as f64 / all as f64 }
    }
}

fn per_second(count: u64, time: Duration) -> f64 {
    if time.is_zero() { 0.0 } else { count as f64 / time.as_secs_f64() }
}
