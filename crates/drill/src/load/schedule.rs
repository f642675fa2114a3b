//! Who sends what when, known before the first request is sent: a function of the seed alone.

use std::time::Duration;

use rand::SeedableRng;
use rand::distr::Distribution;
use rand::distr::weighted::WeightedIndex;
use rand::rngs::StdRng;
use rand_distr::{Exp1, Zipf};

use super::profile::Profile;
use super::spec::{LoadSpec, Pace};
use crate::error::Error;

/// One request that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    /// When, after the load's start.
    pub(super) at: Duration,
    /// Which user; 0 is the most active one.
    pub(super) user: u32,
    /// Which kind of the mix.
    pub(super) kind: usize,
    /// Work that the origin is told to do; `None`: its own.
    pub(super) work: Option<Duration>,
}

/// All arrivals of a load, in the order of their times.
pub(super) struct Schedule {
    // Times, users and kinds draw from streams of their own: a change of the mix
    // leaves the arrivals as they were.
    times: StdRng,
    users: StdRng,
    kinds: StdRng,
    pace: Pace,
    user: Zipf<f64>,
    kind: WeightedIndex<f64>,
    profile: Profile,
    /// Expected number of arrivals up to the latest one.
    expected: f64,
}

impl Schedule {
    pub(super) fn new(spec: &LoadSpec) -> Result<Schedule, Error> {
        let user = Zipf::new(f64::from(spec.users), spec.zipf).map_err(|error| {
            Error::spec(format!("these users cannot be drawn: {error}"), "write another exponent")
        })?;
        let kind =
            WeightedIndex::new(spec.mix.iter().map(|kind| kind.weight)).map_err(|error| {
                Error::spec(
                    format!("the mix cannot be drawn from: {error}"),
                    "write at least one kind of request, and weights of which one is above 0",
                )
            })?;
        let first = spec.seed.wrapping_mul(3);
        let stream = |number: u64| StdRng::seed_from_u64(first.wrapping_add(number));
        Ok(Schedule {
            times: stream(0),
            users: stream(1),
            kinds: stream(2),
            pace: spec.pace,
            user,
            kind,
            profile: Profile::new(&spec.profile()),
            expected: 0.0,
        })
    }
}

impl Iterator for Schedule {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        self.expected += match self.pace {
            Pace::Poisson => Exp1.sample(&mut self.times),
            Pace::Constant => 1.0,
        };
        let at_s = self.profile.time_s(self.expected)?;
        // Ranks begin at 1, and a rank of a u32's number of users fits one.
        let user = self.user.sample(&mut self.users) as u32 - 1;
        let kind = self.kind.sample(&mut self.kinds);
        Some(Arrival { at: Duration::from_secs_f64(at_s), user, kind, work: None })
    }
}

#[cfg(test)]
mod tests {
    use hyper::Method;

    use super::super::profile::Stage;
    use super::super::request::RequestKind;
    use super::*;

    fn spec() -> LoadSpec {
        LoadSpec { rate: 1000.0, duration: Duration::from_secs(20), ..LoadSpec::default() }
    }

    fn arrivals(spec: &LoadSpec) -> Vec<Arrival> {
        Schedule::new(spec).unwrap().collect()
    }

    #[test]
    fn the_seed_decides_everything() {
        assert_eq!(arrivals(&spec()), arrivals(&spec()));
        assert_ne!(arrivals(&spec()), arrivals(&LoadSpec { seed: 2, ..spec() }));
    }

    /// Goal: a Poisson process. Method: gaps of mean 1/rate and CV² 1; the count within 4 σ.
    #[test]
    fn poisson_gaps_are_exponential() {
        let at: Vec<f64> = arrivals(&spec()).iter().map(|one| one.at.as_secs_f64()).collect();
        assert!((at.len() as f64 - 20_000.0).abs() < 4.0 * 20_000_f64.sqrt(), "{}", at.len());
        let gaps: Vec<f64> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.iter().all(|gap| *gap >= 0.0));
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let square = gaps.iter().map(|gap| gap * gap).sum::<f64>() / gaps.len() as f64;
        assert!((mean * 1000.0 - 1.0).abs() < 0.03, "{mean}");
        assert!((square / (mean * mean) - 2.0).abs() < 0.1, "{square}");
    }

    #[test]
    fn constant_pace_is_even_and_exact() {
        let even = arrivals(&LoadSpec { pace: Pace::Constant, ..spec() });
        assert_eq!(even.len(), 20_000);
        assert_eq!(even[0].at, Duration::from_millis(1));
        assert_eq!(even[9_999].at, Duration::from_secs(10));
    }

    /// Goal: the ramp is linear. Method: a quarter of its arrivals are in its first half.
    #[test]
    fn a_ramp_rises_linearly() {
        let ramp = Duration::from_secs(10);
        let ramped = arrivals(&LoadSpec { pace: Pace::Constant, ramp, ..spec() });
        let until = |s: u64| ramped.iter().filter(|one| one.at <= Duration::from_secs(s)).count();
        assert!(until(5).abs_diff(1_250) <= 1 && until(10).abs_diff(5_000) <= 1);
        assert!(ramped.len().abs_diff(15_000) <= 1, "{}", ramped.len());
    }

    /// Goal: stages are as they are written. Method: to 100/s in 2 s, to 500/s in 4 s, none after.
    #[test]
    fn stages_follow_each_other() {
        let stage = |rate, s| Stage { rate, duration: Duration::from_secs(s) };
        let stages = vec![stage(100.0, 2), stage(500.0, 4), stage(0.0, 0), stage(0.0, 10)];
        let staged = arrivals(&LoadSpec { pace: Pace::Constant, stages, ..spec() });
        let until = |s: u64| staged.iter().filter(|one| one.at <= Duration::from_secs(s)).count();
        assert!(until(2).abs_diff(100) <= 1 && until(4).abs_diff(500) <= 1, "{}", until(4));
        assert_eq!((until(6), staged.len()), (1300, 1300));
    }

    /// Goal: users follow Zipf's law. Method: shares of the first ranks against 1/k^s ÷ H(n, s).
    #[test]
    fn users_follow_zipf() {
        for zipf in [0.0, 1.1] {
            let spec = LoadSpec { zipf, users: 50, rate: 10_000.0, ..spec() };
            let drawn = arrivals(&spec);
            let whole: f64 = (1..=50).map(|rank| f64::from(rank).powf(-zipf)).sum();
            for rank in [1_u32, 2, 10, 50] {
                let seen = drawn.iter().filter(|one| one.user == rank - 1).count() as f64;
                let share = f64::from(rank).powf(-zipf) / whole;
                let n = drawn.len() as f64;
                let sigma = (n * share * (1.0 - share)).sqrt();
                assert!((seen - n * share).abs() < 4.5 * sigma, "s {zipf} rank {rank}: {seen}");
            }
            assert!(drawn.iter().all(|one| one.user < 50));
        }
    }

    /// Goal: kinds follow their weights and leave the times alone. Method: 3 to 1, against none.
    #[test]
    fn the_mix_follows_its_weights() {
        let get = RequestKind::new(Method::GET, "/", 3.0);
        let head = RequestKind::new(Method::HEAD, "/", 1.0);
        let mixed = arrivals(&LoadSpec { mix: vec![get, head], ..spec() });
        let heads = mixed.iter().filter(|one| one.kind == 1).count() as f64;
        assert!((heads / mixed.len() as f64 - 0.25).abs() < 0.015, "{heads}");
        let times = |all: &[Arrival]| all.iter().map(|one| (one.at, one.user)).collect::<Vec<_>>();
        assert_eq!(times(&mixed), times(&arrivals(&spec())));
    }

    #[test]
    fn an_empty_mix_is_refused() {
        let error = Schedule::new(&LoadSpec { mix: Vec::new(), ..spec() }).err().unwrap();
        assert!(error.to_string().contains("the mix cannot be drawn from"), "{error}");
    }
}
