//! Who asks: from each second's sample to what the diagnosis wants to know.

use std::collections::{HashMap, VecDeque};

use evenness::{
    Acquaintance, Clients, Entropy, Headcount, Heavy, Mixer, PoolWindow, Seen, Turnout,
};
use ledger::{Audience, Heard};

use super::names::Names;

/// Requests that shares are taken over, and seconds at most: of few, somebody always has a large
/// part; of many, a second tells what is going on now.
const REQUESTS: usize = 1000;
const SECONDS: usize = 10;
/// So long after a failure the same client's same request repeats it.
const PATIENCE_MS: u64 = 10_000;
/// Failures that are remembered.
const FAILURES_MAX: usize = 16_384;
/// Connections that "the busiest" are.
const BUSIEST: usize = 10;
/// Seeds of the summaries' indexes; what is hashed has a secret key already.
const SEED: u64 = 0x65_76_65_6e;

/// One pool's clients.
#[derive(Debug, Default)]
pub(crate) struct Crowd {
    recent: VecDeque<Vec<Heard>>,
    /// First and latest failure of a client's path.
    failures: HashMap<(u64, u64), (u64, u64)>,
    /// Requests that come as one: see [`evenness::Spread`].
    deff: Option<f64>,
    names: Names,
}

/// The clients of a second's sample.
struct Guests {
    all: HashMap<u64, Acquaintance>,
    new: Headcount,
    heard_new: usize,
}

impl Guests {
    fn of(heard: &[Heard], known: &mut Known, now_s: u64) -> Guests {
        let mut guests = Guests { all: HashMap::new(), new: Headcount::default(), heard_new: 0 };
        for one in heard {
            let note = || {
                let found = known.note(one.client, now_s);
                if found == Acquaintance::New {
                    guests.new.note(known.mixer.word(one.client));
                    guests.heard_new += 1;
                }
                found
            };
            guests.all.entry(one.client).or_insert_with(note);
        }
        guests
    }

    /// The part of new ones among those of whom it can be told.
    fn new_part(&self) -> f64 {
        let told = self.all.values().filter(|kind| **kind != Acquaintance::Untold).count();
        self.heard_new as f64 / told.max(1) as f64
    }
}

impl Crowd {
    /// What a second's clients were like, and how many of its requests repeated a failed one.
    pub(crate) fn second(
        &mut self,
        audience: Audience,
        window: &PoolWindow,
        known: &mut Known,
        now_s: u64,
    ) -> (Clients, Turnout, u64) {
        self.remember(&audience);
        self.names.learn(&audience.names);
        let heard: u64 = audience.heard.iter().map(|one| u64::from(one.weight)).sum();
        // The sample may stand for fewer requests than there were.
        let scale = if heard > 0 { window.requests as f64 / heard as f64 } else { 0.0 };
        let sum = |of: &dyn Fn(&Heard) -> bool| -> u64 {
            let those = audience.heard.iter().filter(|one| of(one));
            (those.map(|one| f64::from(one.weight)).sum::<f64>() * scale).round() as u64
        };
        let asked_again = sum(&|one| self.repeats(one));
        let guests = Guests::of(&audience.heard, known, now_s);
        let distinct = audience.distinct.estimate();
        let new = guests.new_part() * distinct;
        let turnout = Turnout {
            length_s: window.length_s,
            all: Headcount::of(&audience.distinct),
            new: guests.new,
            new_heard: guests.heard_new as f64,
            new_there: new,
            ..self.names.busiest(&audience.heard, scale)
        };
        let is = |one: &Heard, kind| guests.all.get(&one.client) == Some(&kind);
        let clients = Clients {
            distinct,
            new,
            new_requests: sum(&|one| is(one, Acquaintance::New)),
            untold_requests: sum(&|one| is(one, Acquaintance::Untold)),
            followed: sum(&|one| one.followed),
            assets: sum(&|one| one.asset),
            ..Clients::default()
        };
        self.recent.push_back(audience.heard);
        self.forget();
        (self.shares(clients), turnout, asked_again)
    }

    /// Σ n² ÷ Σ n over the clients of the last seconds, where there were any.
    pub(crate) fn deff(&self) -> Option<f64> {
        self.deff
    }

    /// Only what came after the failure can repeat it.
    fn repeats(&self, one: &Heard) -> bool {
        let failed = self.failures.get(&(one.client, one.path));
        // What fails again within a second was repeated before its latest failure.
        failed.is_some_and(|&(first_ms, last_ms)| {
            one.at_ms >= first_ms && one.at_ms.saturating_sub(last_ms) <= PATIENCE_MS
        })
    }

    fn remember(&mut self, audience: &Audience) {
        let Some(now_ms) = audience.failed.iter().map(|one| one.at_ms).max() else { return };
        self.failures.retain(|_, (_, last_ms)| now_ms.saturating_sub(*last_ms) <= PATIENCE_MS);
        for one in &audience.failed {
            if self.failures.len() < FAILURES_MAX {
                let known = self.failures.entry((one.client, one.path));
                let times = known.or_insert((one.at_ms, one.at_ms));
                *times = (times.0.min(one.at_ms), times.1.max(one.at_ms));
            }
        }
    }

    /// Drops the seconds that are not needed any more.
    fn forget(&mut self) {
        let mut kept: usize = self.recent.iter().map(Vec::len).sum();
        while let Some(oldest) = self.recent.front().map(Vec::len) {
            if self.recent.len() <= SECONDS && kept - oldest < REQUESTS {
                break;
            }
            kept -= oldest;
            self.recent.pop_front();
        }
    }

    /// The shares of the last seconds, beside the counts of this one.
    fn shares(&mut self, counts: Clients) -> Clients {
        let [mut clients, mut paths, mut agents, mut connections] =
            [(); 4].map(|()| Heavy::new(SEED));
        let mut entropy = Entropy::default();
        let mixer = Mixer::new(SEED);
        let mut distinct = evenness::Distinct::default();
        for one in self.recent.iter().flatten() {
            let weight = u64::from(one.weight);
            clients.note(one.client, weight);
            paths.note(one.path, weight);
            agents.note(one.agent, weight);
            connections.note(one.connection, weight);
            let hash = mixer.word(one.client);
            entropy.note(hash);
            distinct.note(hash);
        }
        let spread = entropy.spread(distinct.estimate());
        self.deff = spread.map(|spread| spread.deff);
        let heard: u64 = self.recent.iter().flatten().map(|one| u64::from(one.weight)).sum();
        Clients {
            top_share: clients.top_share(1),
            top_client: clients.top(1).first().map(|hitter| hitter.key),
            concentration: self.deff.unwrap_or_default() / heard.max(1) as f64,
            entropy_bits: spread.map_or(0.0, |spread| spread.bits),
            top_path_share: paths.top_share(1),
            top_agent_share: agents.top_share(1),
            top_connections_share: connections.top_share(BUSIEST),
            ..counts
        }
    }
}

/// The clients of the last seven days.
#[derive(Debug)]
pub(crate) struct Known {
    seen: Seen,
    mixer: Mixer,
}

impl Known {
    pub(crate) fn new(seen: Seen, seed: u64) -> Self {
        Known { seen, mixer: Mixer::new(seed) }
    }

    /// Notes a client.
    pub(crate) fn see(&mut self, client: u64, at_s: u64) {
        self.note(client, at_s);
    }

    /// Notes a client, and says whether it is new.
    fn note(&mut self, client: u64, now_s: u64) -> Acquaintance {
        self.seen.note(self.mixer.word(client), now_s)
    }

    /// The form for the store.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.seen.to_bytes()
    }
}
