//! What was measured in a stretch of time: counts that add up, from a second to a month.

use std::net::IpAddr;
use std::sync::Arc;

use crate::latencies::Latencies;
use crate::sketch::client_network;
use crate::turnout::Turnout;

/// Reasons of picks that a window has room for.
pub const REASONS: usize = 9;
/// An endpoint that may be used for less than this part of its capacity is not judged: what it
/// still has, it got before.
const USABLE_MIN: f64 = 0.1;

/// One endpoint's part of a window. Every field adds up over time and over balancers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointWindow {
    /// Attempts sent to it.
    pub attempts: u64,
    /// Attempts among them that were the balancer's retries.
    pub retries: u64,
    /// New sessions bound to it.
    pub bindings: u64,
    /// Requests whose session or key asked for it, whoever served them then.
    pub claims: u64,
    /// Attempts by reason.
    pub picks: [u64; REASONS],
    /// Σ of the probabilities with which it was picked, over its attempts.
    pub propensity: f64,
    /// Σ −ln of the same, in nats.
    pub surprise: f64,
    /// ∫ requests present, held ones included, request-seconds.
    pub present_s: f64,
    /// Σ over seconds of requests present, as far as there were slots: time that slots were taken,
    /// slot-seconds. Who judges seconds sets it; it is not kept.
    pub taken_s: f64,
    /// Σ time to first byte of its answers, s: what they cost.
    pub cost_s: f64,
    /// Answers by class; index 0 is 1xx.
    pub statuses: [u64; 5],
    /// Attempts that ended without an answer.
    pub failures: u64,
    /// Time to first byte of its answers.
    pub latencies: Latencies,
    /// ∫ concurrent requests that it is built for, while it is to carry any, slot-seconds: who
    /// drains is not.
    pub capacity_s: f64,
    /// The same while it may be used.
    pub usable_s: f64,
    /// ∫ share that the approved intent gives it, s; divided by the window's length a share.
    pub approved_s: f64,
    /// ∫ share that the settings in force and the health of all give it, s.
    pub effective_s: f64,
}

impl EndpointWindow {
    /// Time that slots were taken, slot-seconds: of a stretch whose seconds nobody has judged, no
    /// more than there was.
    pub(crate) fn busy_s(&self) -> f64 {
        if self.taken_s > 0.0 { self.taken_s } else { self.present_s.min(self.usable_s) }
    }

    /// Adds another window of the same endpoint.
    pub fn add(&mut self, other: &EndpointWindow) {
        self.attempts += other.attempts;
        self.retries += other.retries;
        self.bindings += other.bindings;
        self.claims += other.claims;
        self.picks.iter_mut().zip(other.picks).for_each(|(sum, more)| *sum += more);
        self.propensity += other.propensity;
        self.surprise += other.surprise;
        self.present_s += other.present_s;
        self.taken_s += other.taken_s;
        self.cost_s += other.cost_s;
        self.statuses.iter_mut().zip(other.statuses).for_each(|(sum, more)| *sum += more);
        self.failures += other.failures;
        self.latencies.add(&other.latencies);
        self.capacity_s += other.capacity_s;
        self.usable_s += other.usable_s;
        self.approved_s += other.approved_s;
        self.effective_s += other.effective_s;
    }

    /// Attempts that failed: server errors, and those without an answer.
    pub fn failed(&self) -> u64 {
        self.statuses[4] + self.failures
    }

    /// Mean requests present ÷ capacity; 0 where there was no capacity.
    pub fn pressure(&self) -> f64 {
        if self.capacity_s > 0.0 { self.present_s / self.capacity_s } else { 0.0 }
    }
}

/// What is known of a window's clients. Numbers of different clients do not add up: in a sum they
/// are the largest of its windows, and [`PoolWindow::distinct`] says how many there were together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clients {
    /// Client addresses (IPv6: /64 networks).
    pub distinct: f64,
    /// Those among them that were not seen in the seven days before.
    pub new: f64,
    /// Requests that came from such new clients.
    pub new_requests: u64,
    /// Requests from clients of whom it cannot be told whether they are new.
    pub untold_requests: u64,
    /// The part of the requests that the busiest client sent, 0 to 1.
    pub top_share: f64,
    /// Who that is: see [`crate::client_key`]. Not kept in the history.
    pub top_client: Option<u64>,
    /// Σ p² over the parts p of the requests that clients sent: one ÷ how many of them there would
    /// be if all asked alike.
    pub concentration: f64,
    /// Entropy of the requests over the clients, bits.
    pub entropy_bits: f64,
    /// Requests that brought a cookie of the pool's back, where it sets one.
    pub followed: u64,
    /// Requests that went for an asset (script, style, picture, font) of a page.
    pub assets: u64,
    /// Part of the requests that went to the most wanted path, 0 to 1.
    pub top_path_share: f64,
    /// Part of the requests that the most frequent user agent sent, 0 to 1.
    pub top_agent_share: f64,
    /// Part of the requests that the ten busiest client connections carried, 0 to 1.
    pub top_connections_share: f64,
}

/// A pool in a stretch of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PoolWindow {
    /// Its first second, seconds since the Unix epoch.
    pub from_s: u64,
    /// How long it is, seconds; what was not measured is not in it.
    pub length_s: f64,
    /// Requests of clients, each once.
    pub requests: u64,
    /// Requests among them that repeat one that failed before, as far as it is known.
    pub asked_again: u64,
    /// Retries that the balancer made.
    pub retries: u64,
    /// Retries that its budget refused.
    pub retries_refused: u64,
    /// Answers that the balancer made itself because nobody answered.
    pub own_errors: u64,
    /// Requests that waited for an endpoint, or were held.
    pub waited: u64,
    /// Its clients.
    pub clients: Clients,
    /// Who they were.
    pub turnout: Box<Turnout>,
    /// Its endpoints, in the order of their names.
    pub endpoints: Vec<(Arc<str>, EndpointWindow)>,
}

impl PoolWindow {
    /// Adds a later window of the same pool. Endpoints are matched by name.
    pub fn add(&mut self, later: &PoolWindow) {
        if self.length_s == 0.0 {
            self.from_s = later.from_s;
        }
        self.clients.add(&later.clients, self.requests, later.requests);
        self.turnout.add(&later.turnout);
        self.length_s += later.length_s;
        self.requests += later.requests;
        self.asked_again += later.asked_again;
        self.retries += later.retries;
        self.retries_refused += later.retries_refused;
        self.own_errors += later.own_errors;
        self.waited += later.waited;
        for (name, window) in &later.endpoints {
            match self.endpoints.binary_search_by(|(own, _)| own.cmp(name)) {
                Ok(at) => self.endpoints[at].1.add(window),
                Err(at) => self.endpoints.insert(at, (Arc::clone(name), window.clone())),
            }
        }
    }

    /// All windows in one; `None` of none.
    pub fn sum<'w>(windows: impl IntoIterator<Item = &'w PoolWindow>) -> Option<PoolWindow> {
        let mut windows = windows.into_iter();
        let mut sum = windows.next()?.clone();
        windows.for_each(|window| sum.add(window));
        Some(sum)
    }

    /// The endpoints whose load says something: those that might be used for a tenth of their
    /// capacity or more.
    pub fn usable(&self) -> Vec<&(Arc<str>, EndpointWindow)> {
        let is_usable = |endpoint: &EndpointWindow| {
            endpoint.usable_s > 0.0 && endpoint.usable_s >= USABLE_MIN * endpoint.capacity_s
        };
        self.endpoints.iter().filter(|(_, endpoint)| is_usable(endpoint)).collect()
    }

    /// Requests present ÷ what the usable endpoints are built for; 0 where there are none.
    pub fn filled(&self) -> f64 {
        let sum = |of: fn(&EndpointWindow) -> f64| -> f64 {
            self.endpoints.iter().map(|(_, endpoint)| of(endpoint)).sum()
        };
        let usable = sum(|endpoint| endpoint.usable_s);
        if usable > 0.0 { sum(|endpoint| endpoint.present_s) / usable } else { 0.0 }
    }

    /// Different clients: by the sketches of all its time, or at least as many as in one of its
    /// windows.
    pub fn distinct(&self) -> f64 {
        self.turnout.distinct(self.length_s).unwrap_or(self.clients.distinct)
    }

    /// Those among them that were not seen in the seven days before.
    pub fn new_clients(&self) -> f64 {
        self.turnout.new_clients(self.length_s).unwrap_or(self.clients.new)
    }

    /// The part of the requests that came from new clients, 0 to 1, of those of whom it can be
    /// told; `None` where it can be told of fewer than `least`.
    pub fn new_share(&self, least: u64) -> Option<f64> {
        let told = self.requests.saturating_sub(self.clients.untold_requests);
        (told >= least.max(1)).then(|| (self.clients.new_requests as f64 / told as f64).min(1.0))
    }

    /// Attempts at all endpoints.
    pub fn attempts(&self) -> u64 {
        self.endpoints.iter().map(|(_, window)| window.attempts).sum()
    }

    /// Requests that ended badly for their client, as far as the balancer can tell: its own error
    /// answers, and server errors that it passed on.
    pub fn errors(&self) -> u64 {
        let passed: u64 = self.endpoints.iter().map(|(_, window)| window.statuses[4]).sum();
        // A retry was made instead of passing an error on.
        self.own_errors + passed.saturating_sub(self.retries)
    }
}

impl Clients {
    /// The busiest client's address, or the network of /64 that counts as one.
    pub fn top_name(&self) -> Option<String> {
        self.top_client.map(|key| match client_network(key) {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(network) => format!("{network}/64"),
        })
    }

    fn add(&mut self, later: &Clients, requests: u64, more: u64) {
        let all = (requests + more).max(1) as f64;
        let mean = |own: f64, other: f64| (own * requests as f64 + other * more as f64) / all;
        self.distinct = self.distinct.max(later.distinct);
        self.new = self.new.max(later.new);
        self.new_requests += later.new_requests;
        self.untold_requests += later.untold_requests;
        if later.top_share >= self.top_share {
            self.top_client = later.top_client.or(self.top_client);
        }
        self.top_share = mean(self.top_share, later.top_share);
        self.concentration = mean(self.concentration, later.concentration);
        self.entropy_bits = mean(self.entropy_bits, later.entropy_bits);
        self.followed += later.followed;
        self.assets += later.assets;
        self.top_path_share = mean(self.top_path_share, later.top_path_share);
        self.top_agent_share = mean(self.top_agent_share, later.top_agent_share);
        self.top_connections_share = mean(self.top_connections_share, later.top_connections_share);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from_s: u64, names: &[&str], attempts: u64) -> PoolWindow {
        let endpoint = |name: &&str| {
            let window = EndpointWindow { attempts, ..EndpointWindow::default() };
            (Arc::from(*name), window)
        };
        PoolWindow {
            from_s,
            length_s: 1.0,
            requests: attempts,
            endpoints: names.iter().map(endpoint).collect(),
            ..PoolWindow::default()
        }
    }

    /// Goal: an endpoint that comes or goes is in the sum with what it did.
    #[test]
    fn sums_are_by_name() {
        let sum = PoolWindow::sum(&[window(5, &["a", "c"], 3), window(6, &["b", "c"], 4)]);
        let sum = sum.expect("two windows");
        let attempts: Vec<(&str, u64)> =
            sum.endpoints.iter().map(|(name, window)| (&**name, window.attempts)).collect();
        assert_eq!(attempts, [("a", 3), ("b", 4), ("c", 7)]);
        assert_eq!((sum.from_s, sum.length_s, sum.requests), (5, 2.0, 7));
    }

    #[test]
    fn shares_of_clients_are_means_by_requests() {
        let with = |requests, top_share| PoolWindow {
            requests,
            clients: Clients { top_share, ..Clients::default() },
            ..PoolWindow::default()
        };
        let sum = PoolWindow::sum(&[with(30, 0.1), with(10, 0.5)]).expect("two windows");
        assert!((sum.clients.top_share - 0.2).abs() < 1e-12);
    }

    /// Goal: a sum says how many clients there were, whether they come again or others come.
    /// Method: ten seconds of a hundred clients each, the same and new ones; then one second of
    /// which nobody knows who came.
    #[test]
    fn clients_of_a_sum_are_counted_once() {
        let mixer = crate::sketch::Mixer::new(4);
        let second = |from_s: u64, first: u64| {
            let mut second = PoolWindow {
                clients: Clients { distinct: 100.0, ..Clients::default() },
                ..window(from_s, &[], 100)
            };
            second.turnout.length_s = 1.0;
            (first..first + 100).for_each(|key| {
                second.turnout.all.note(mixer.word(key));
                second.turnout.new.note(mixer.word(key));
            });
            second
        };
        let of = |step: u64| {
            PoolWindow::sum(&(0..10).map(|at| second(at, at * step)).collect::<Vec<_>>())
        };
        let (same, others) = (of(0).expect("windows"), of(100).expect("windows"));
        assert!((same.distinct() / 100.0 - 1.0).abs() < 0.1, "{}", same.distinct());
        assert!((others.distinct() / 1000.0 - 1.0).abs() < 0.1, "{}", others.distinct());
        assert!((others.new_clients() / 1000.0 - 1.0).abs() < 0.1, "{}", others.new_clients());
        let mut partly = others;
        partly.add(&window(10, &[], 100));
        assert_eq!(partly.distinct(), 100.0, "at least");
    }

    #[test]
    fn what_cannot_be_told_is_no_part() {
        let mut window = window(0, &[], 100);
        (window.clients.new_requests, window.clients.untold_requests) = (10, 60);
        assert_eq!((window.new_share(40), window.new_share(41)), (Some(0.25), None));
    }

    #[test]
    fn errors_that_were_retried_reached_nobody() {
        let mut window = window(0, &["a"], 10);
        window.endpoints[0].1.statuses[4] = 4;
        (window.retries, window.own_errors) = (3, 2);
        assert_eq!(window.errors(), 3);
        assert_eq!(PoolWindow::default().errors(), 0);
    }
}
