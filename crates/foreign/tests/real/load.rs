//! Requests that stay under way for a while, for methods that look at how many there are.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use balance::Rng;
use foreign::pick::State;

use crate::case::{Case, Sent};
use crate::client::Client;
use crate::origin::{held, origins};

/// How far a share may be from the predicted one.
pub(crate) const TOLERANCE: f64 = 0.02;
/// Requests of a case whose servers are drawn: half of so many are within half a point of it in two
/// cases of three, and two points off in one of eighty thousand.
pub(crate) const DRAWN: usize = 12_000;

struct Held {
    client: Client,
    ticket: u64,
    server: usize,
}

/// A walk between nothing and this many requests under way.
pub(crate) struct Walk {
    case: Case,
    address: SocketAddr,
    /// Requests that are answered at once after each one that begins or ends.
    between: usize,
    held: Vec<Held>,
    idle: Vec<Client>,
    counts: Vec<u32>,
}

impl Walk {
    pub(crate) fn new(case: Case, address: SocketAddr, between: usize) -> Walk {
        let counts = vec![0; case.servers.len()];
        Walk { case, address, between, held: Vec::new(), idle: Vec::new(), counts }
    }

    /// Every request must reach the server that was predicted.
    pub(crate) fn exactly(self, rng: &mut Rng, most: usize) {
        let (method, servers) = (self.case.method.clone(), self.case.servers.len());
        let mut agreed = 0;
        self.run(rng, most, |case, sent, counts, found| {
            let state = State { in_flight: counts, tried: &[] };
            let predicted = sent.predict(case.picker.as_mut(), &state);
            if predicted != Some(found) {
                method.tell_agreed(servers, agreed + 1, agreed);
                panic!("{found}, not {predicted:?}: {}\n{counts:?}", case.told());
            }
            agreed += 1;
        });
        method.tell_agreed(servers, agreed, agreed);
    }

    /// Every server's share must be within two points of the one that `likely` tells.
    pub(crate) fn near(self, rng: &mut Rng, most: usize, likely: impl Fn(&State<'_>) -> Vec<f64>) {
        let (method, told) = (self.case.method.clone(), self.case.told());
        let mut surplus = vec![0.0; self.case.servers.len()];
        let mut requests = 0;
        let (mut counted, mut shares) = (Vec::new(), Vec::new());
        self.run(rng, most, |_, _, counts, found| {
            if counted != counts {
                counted = counts.to_vec();
                shares = likely(&State { in_flight: counts, tried: &[] });
            }
            for (sum, share) in surplus.iter_mut().zip(&shares) {
                *sum -= share;
            }
            surplus[found] += 1.0;
            requests += 1;
        });
        let worst = surplus.iter().fold(0.0f64, |worst, sum| worst.max(sum.abs()));
        let distance = worst / requests as f64;
        method.tell_distance(surplus.len(), requests, distance);
        assert!(distance <= TOLERANCE, "{told}\n{surplus:?}");
    }

    /// Tells of each request whom it reached, and the requests that were under way by then;
    /// `tell` is to predict.
    fn run(
        mut self,
        rng: &mut Rng,
        most: usize,
        mut tell: impl FnMut(&mut Case, &Sent, &[u32], usize),
    ) {
        let mut quick = Client::connect(self.address, None);
        let sent = std::mem::take(&mut self.case.sent);
        let mut sent = sent.into_iter();
        while sent.len() > 0 {
            let room = most - self.held.len().min(most);
            if rng.below(most) < room {
                let Some(one) = sent.next() else { break };
                self.begin(&one, &mut tell);
            } else if !self.held.is_empty() {
                let at = rng.below(self.held.len());
                self.end(at);
            }
            let between: Vec<Sent> = sent.by_ref().take(self.between).collect();
            for one in &between {
                one.add(&mut quick, &self.case.name, None);
            }
            quick.send();
            for one in between {
                let found = quick.begin();
                quick.finish();
                tell(&mut self.case, &one, &self.counts, found);
                self.settle();
            }
        }
        while !self.held.is_empty() {
            self.end(0);
        }
    }

    fn begin(&mut self, sent: &Sent, tell: &mut impl FnMut(&mut Case, &Sent, &[u32], usize)) {
        static TICKETS: AtomicU64 = AtomicU64::new(1);
        let ticket = TICKETS.fetch_add(1, Ordering::Relaxed);
        let connect = || Client::connect(self.address, None);
        let mut client = self.idle.pop().unwrap_or_else(connect);
        sent.add(&mut client, &self.case.name, Some(held(ticket)));
        client.send();
        let server = client.begin();
        tell(&mut self.case, sent, &self.counts, server);
        self.counts[server] += 1;
        self.held.push(Held { client, ticket, server });
        self.settle();
    }

    fn end(&mut self, at: usize) {
        let mut over = self.held.swap_remove(at);
        origins().gate.release(over.ticket);
        over.client.finish();
        self.counts[over.server] -= 1;
        self.idle.push(over.client);
        self.settle();
    }

    fn settle(&mut self) {
        self.case.picker.settle(&State { in_flight: &self.counts, tried: &[] });
    }
}
