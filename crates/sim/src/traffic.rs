//! Who asks, when, and for how much work: the same for every decider under one seed.

use balance::Rng;

use crate::SECOND;
use crate::demand::{Demand, exponential};
use crate::rate::Rate;
use crate::users::{Nat, Population};

/// Open-loop traffic: nobody waits for an answer before the next request comes.
#[derive(Clone, Debug, PartialEq)]
pub struct TrafficSpec {
    /// Requests per second.
    pub rate: Rate,
    /// Gaps are random (Poisson), else all alike.
    pub poisson: bool,
    /// How much work each is.
    pub demand: Demand,
    /// Users.
    pub users: u32,
    /// Their activity falls as rank to the −`zipf`; 0: all alike.
    pub zipf: f64,
    /// Users who share addresses.
    pub nats: Vec<Nat>,
    /// How often users ask again.
    pub retries: Retries,
    /// Requests of newcomers, on top: each from an address and a user never seen before.
    pub flood: Rate,
}

/// Users who got an error, or waited too long, and ask again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retries {
    /// How often, for one request; 0: never.
    pub most: u32,
    /// How long they wait for an answer before they do.
    pub after_ns: u64,
}

/// One request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// When it is sent.
    pub at_ns: u64,
    /// Who sends it; newcomers are numbered from the number of users on.
    pub user: u32,
    /// Where from.
    pub address: u32,
    /// Work on an idle server of full speed.
    pub demand_ns: u64,
}

/// The requests of a [`TrafficSpec`], one after the other, without end.
#[derive(Clone, Debug)]
pub struct Arrivals {
    spec: TrafficSpec,
    population: Population,
    rng: Rng,
    at_s: f64,
    most: f64,
    newcomers: u32,
}

impl Arrivals {
    /// The same seed gives the same requests.
    pub fn new(spec: TrafficSpec, seed: u64) -> Self {
        let population = Population::new(spec.users, spec.zipf, &spec.nats, seed);
        let most = spec.rate.most() + spec.flood.most();
        Arrivals { spec, population, rng: Rng::new(seed), at_s: 0.0, most, newcomers: 0 }
    }

    /// How many users come again.
    pub fn users(&self) -> usize {
        self.population.len()
    }

    /// Moves on to the next request; whether it is a newcomer's. `None`: there is no other.
    fn advance(&mut self) -> Option<bool> {
        while self.most > 0.0 && self.at_s < FOREVER_S {
            let flood = |at_s: f64| self.spec.flood.at(at_s);
            let total = |at_s: f64| self.spec.rate.at(at_s) + flood(at_s);
            if !self.spec.poisson {
                let now = total(self.at_s);
                self.at_s += if now > 0.0 { 1.0 / now } else { 1.0 / self.most };
                if now > 0.0 {
                    return Some(self.rng.unit() * now < flood(self.at_s));
                }
                continue;
            }
            // Thinning (Lewis and Shedler 1979): candidates at the highest rate, kept in
            // proportion to the rate at their time.
            self.at_s += exponential(&mut self.rng) / self.most;
            let kept = self.rng.unit() * self.most;
            if kept < total(self.at_s) {
                return Some(kept < flood(self.at_s));
            }
        }
        None
    }
}

/// A search for the next request must end where there is none.
const FOREVER_S: f64 = 1e6;

impl Iterator for Arrivals {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        let newcomer = self.advance()?;
        let at_ns = (self.at_s * SECOND as f64) as u64;
        let (user, address) = if newcomer {
            self.newcomers += 1;
            let user = self.population.len() as u32 + self.newcomers;
            (user, u32::MAX - self.newcomers)
        } else {
            let user = self.population.draw(&mut self.rng);
            (user, self.population.address(user))
        };
        let demand_ns = self.spec.demand.draw(&mut self.rng).as_nanos() as u64 + 1;
        Some(Arrival { at_ns, user, address, demand_ns })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn spec() -> TrafficSpec {
        TrafficSpec {
            rate: Rate::level(1000.0),
            poisson: true,
            demand: Demand::Exponential { mean: Duration::from_millis(20) },
            users: 100,
            zipf: 0.0,
            nats: Vec::new(),
            retries: Retries::default(),
            flood: Rate::level(0.0),
        }
    }

    fn within(spec: TrafficSpec, from_s: f64, to_s: f64) -> Vec<Arrival> {
        let ns = |s: f64| (s * SECOND as f64) as u64;
        let all = Arrivals::new(spec, 5).take_while(|a| a.at_ns < ns(to_s));
        all.filter(|a| a.at_ns >= ns(from_s)).collect()
    }

    /// Goal: as many requests as asked for, whatever the pattern. Method: ten-second counts of a
    /// level, a ramp and a flood.
    #[test]
    fn rates_are_kept() {
        for poisson in [true, false] {
            let rate = Rate::through(vec![(10.0, 1000.0), (20.0, 3000.0)]);
            let flood = Rate::through(vec![(20.0, 0.0), (20.0, 500.0)]);
            let spec = TrafficSpec { poisson, rate, flood, ..spec() };
            for (from_s, expected) in [(0.0, 10_000.0), (10.0, 20_000.0), (20.0, 35_000.0)] {
                let all = within(spec.clone(), from_s, from_s + 10.0);
                let tolerance = if poisson { 5.0 * f64::sqrt(expected) } else { 60.0 };
                assert!((all.len() as f64 - expected).abs() < tolerance, "{}", all.len());
                let newcomers = all.iter().filter(|a| a.user > 100).count() as f64;
                let wanted = if from_s < 20.0 { 0.0 } else { 5000.0 };
                assert!((newcomers - wanted).abs() < 360.0, "{newcomers}");
            }
        }
    }

    #[test]
    fn nothing_comes_of_no_traffic() {
        let none = Rate::level(0.0);
        assert!(Arrivals::new(TrafficSpec { rate: none, ..spec() }, 1).next().is_none());
        let ends = Rate::through(vec![(1.0, 100.0), (1.0, 0.0)]);
        let count = Arrivals::new(TrafficSpec { rate: ends, poisson: false, ..spec() }, 1).count();
        assert_eq!(count, 100);
    }
}
