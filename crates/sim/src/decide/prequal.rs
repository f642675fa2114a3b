//! Prequal's hot-cold lexicographic rule (Wydrowski et al., NSDI 2024), with the published
//! parameters: three probes per query, a pool of 16 answers, none older than a second, and the
//! 0.84 quantile of requests in flight between hot and cold.

use std::collections::VecDeque;

use balance::Rng;

use super::{Answer, Decider, Decision, Question};
use crate::SECOND;
use crate::server::Server;

const POOL: usize = 16;
const PROBES: usize = 3;
const AGE_NS: u64 = SECOND;
const HOT_QUANTILE: f64 = 0.84;
/// Answers that are remembered of a server, and how many of them an estimate rests on: those that
/// met about as many requests there as there are now.
const REMEMBERED: usize = 64;
const NEAREST: usize = 5;
/// Uses of one probe's answer where there are fewer servers than places in the pool, for which
/// the paper gives no number.
const USES_MAX: u32 = 3;

#[derive(Clone, Copy, Debug)]
struct Probe {
    server: usize,
    present: u32,
    latency_ns: u64,
    at_ns: u64,
    uses: u32,
}

pub(crate) struct Prequal {
    rng: Rng,
    pool: VecDeque<Probe>,
    /// Latest answers per server: requests present when each was sent, and its latency.
    latencies: Vec<VecDeque<(u32, u64)>>,
    /// The worst and the oldest answer are removed in turns.
    worst_next: bool,
}

impl Prequal {
    pub(crate) fn new(servers: usize, seed: u64) -> Self {
        Prequal {
            rng: Rng::new(seed),
            pool: VecDeque::new(),
            latencies: vec![VecDeque::new(); servers],
            worst_next: false,
        }
    }

    fn probe(&mut self, servers: &[Server], now_ns: u64) {
        for _ in 0..PROBES {
            let server = self.rng.below(servers.len());
            let present = servers[server].present();
            let latency_ns = self.estimate(server, present);
            self.pool.push_back(Probe { server, present, latency_ns, at_ns: now_ns, uses: 0 });
        }
        self.pool.retain(|probe| now_ns - probe.at_ns <= AGE_NS && probe.uses < USES_MAX);
        while self.pool.len() > POOL {
            self.pool.pop_front();
        }
    }

    /// Median latency of the requests that met about as many.
    fn estimate(&self, server: usize, present: u32) -> u64 {
        let mut known: Vec<(u32, u64)> = self.latencies[server].iter().copied().collect();
        known.sort_by_key(|&(met, _)| met.abs_diff(present));
        let mut near: Vec<u64> = known.iter().take(NEAREST).map(|&(_, ns)| ns).collect();
        near.sort_unstable();
        near.get(near.len() / 2).copied().unwrap_or(0)
    }

    /// Requests in flight from which a server is hot.
    fn threshold(&self) -> u32 {
        let mut counts: Vec<u32> = self.pool.iter().map(|probe| probe.present).collect();
        counts.sort_unstable();
        let at =
            ((counts.len() as f64 * HOT_QUANTILE) as usize).min(counts.len().saturating_sub(1));
        counts.get(at).copied().unwrap_or(0)
    }

    /// A cold server of the lowest latency, else the hot one with the fewest requests.
    fn best(&self, question: &Question<'_>, hottest: bool) -> Option<usize> {
        let threshold = self.threshold();
        let rank = |probe: &Probe| {
            let hot = probe.present > threshold;
            if hot { (1, u64::from(probe.present)) } else { (0, probe.latency_ns) }
        };
        let open = (0..self.pool.len())
            .filter(|&i| !question.tried.contains(&(self.pool[i].server as u16)));
        match hottest {
            false => open.min_by_key(|&i| rank(&self.pool[i])),
            true => open.max_by_key(|&i| rank(&self.pool[i])),
        }
    }
}

impl Decider for Prequal {
    fn pick(&mut self, question: &Question<'_>) -> Decision {
        self.probe(question.servers, question.now_ns);
        let Some(at) = self.best(question, false) else {
            return Decision::place(self.rng.below(question.servers.len()));
        };
        let probe = &mut self.pool[at];
        probe.uses += 1;
        // The query itself is one more there.
        probe.present += 1;
        let server = probe.server;
        let removed = if self.worst_next { self.best(question, true) } else { Some(0) };
        self.worst_next = !self.worst_next;
        if self.pool.len() > POOL / 2 {
            removed.and_then(|at| self.pool.remove(at));
        }
        Decision::place(server)
    }

    fn answered(&mut self, answer: &Answer, _now_ns: u64) {
        let known = &mut self.latencies[answer.server];
        known.push_back((answer.met, answer.latency_ns));
        if known.len() > REMEMBERED {
            known.pop_front();
        }
    }
}
