//! What was measured, kept by round, so that ratios compare only what ran next to each other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bench::contender::Contender;
use crate::bench::figures::Spread;
use crate::bench::scenario::Part;

/// One measurement of CPU time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) cpu_us_per_request: f64,
    /// 0 to 1.
    pub(crate) user_share: f64,
    pub(crate) requests_per_s: f64,
}

/// One run of the open-loop generator, as it prints it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Latency {
    pub(crate) asked_per_s: f64,
    pub(crate) achieved_per_s: f64,
    /// From the moment a request was due, whenever it was really sent.
    pub(crate) p50_us: f64,
    pub(crate) p99_us: f64,
    /// How late the generator itself was.
    pub(crate) lag_p99_us: f64,
    pub(crate) errors: u64,
}

/// A value, or why the measurement is not valid.
pub(crate) type Measured<T> = Result<T, String>;

/// Resident memory with nobody and with ever more idle clients.
pub(crate) const IDLE_CLIENTS: [usize; 4] = [0, 64, 2000, 8000];

#[derive(Default)]
pub(crate) struct Results {
    /// One entry per round.
    pub(crate) cpu: BTreeMap<(Part, Contender), Vec<Measured<Sample>>>,
    /// By requests per second; one entry per round.
    pub(crate) latency: BTreeMap<(u32, Contender), Vec<Measured<Latency>>>,
    /// Bytes at each of `IDLE_CLIENTS`.
    pub(crate) idle: BTreeMap<Contender, Measured<Vec<u64>>>,
}

impl Results {
    /// All rounds of one contender, or why one of them is not valid.
    /// Nothing when it was not measured.
    pub(crate) fn samples(&self, part: Part, who: Contender) -> Option<Measured<Vec<Sample>>> {
        Some(self.cpu.get(&(part, who))?.iter().cloned().collect())
    }

    /// CPU time of one as a multiple of the other's in the same round.
    pub(crate) fn ratio(
        &self,
        part: Part,
        who: Contender,
        to: Contender,
    ) -> Option<Measured<Spread>> {
        let (ours, theirs) = match (self.samples(part, who)?, self.samples(part, to)?) {
            (Ok(ours), Ok(theirs)) => (ours, theirs),
            (Err(why), _) | (_, Err(why)) => return Some(Err(why)),
        };
        let pairs = ours.iter().zip(&theirs);
        Spread::of(pairs.map(|(our, their)| our.cpu_us_per_request / their.cpu_us_per_request))
            .map(Ok)
    }

    /// Everything that went wrong.
    pub(crate) fn invalid(&self) -> Vec<String> {
        let cpu = self.cpu.values().flatten().filter_map(|sample| sample.as_ref().err());
        let latency = self.latency.values().flatten().filter_map(|run| run.as_ref().err());
        let idle = self.idle.values().filter_map(|sizes| sizes.as_ref().err());
        cpu.chain(latency).chain(idle).cloned().collect()
    }
}

#[cfg(test)]
pub(crate) fn sample(cpu_us_per_request: f64) -> Measured<Sample> {
    Ok(Sample { cpu_us_per_request, user_share: 0.25, requests_per_s: 20_000.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_pair_rounds() {
        let mut results = Results::default();
        let (ours, theirs) = (Contender::Evenkeel, Contender::Haproxy);
        results.cpu.insert((Part::Small, ours), vec![sample(9.0), sample(16.0), sample(10.0)]);
        results.cpu.insert((Part::Small, theirs), vec![sample(10.0), sample(20.0), sample(10.0)]);
        let ratio = results.ratio(Part::Small, ours, theirs).unwrap().unwrap();
        assert_eq!(ratio, Spread { median: 0.9, min: 0.8, max: 1.0 });
        assert!(results.ratio(Part::Large, ours, theirs).is_none());
    }

    #[test]
    fn one_bad_round_spoils_the_row() {
        let mut results = Results::default();
        let key = (Part::Small, Contender::Haproxy);
        results.cpu.insert(key, vec![sample(1.0), Err("timeouts".into())]);
        assert_eq!(results.samples(key.0, key.1), Some(Err("timeouts".into())));
        assert_eq!(results.invalid(), ["timeouts"]);
    }
}
