//! Who asks, when, and for how much work: the same for every decider under one seed.

use balance::Rng;

use crate::SECOND;
use crate::demand::{Demand, exponential};
use crate::rate::Rate;
use crate::users::{Nat, Population};
use crate::visits::{SessionSpec, Visitor, Visits};

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
    /// Requests come in sessions; `None`: each by itself, of whoever.
    pub sessions: Option<SessionSpec>,
    /// How often users ask again.
    pub retries: Retries,
    /// Requests of newcomers, on top: each from an address and a user never seen before.
    pub flood: Rate,
    /// Requests of the least active user, on top.
    pub heavy: Rate,
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
    /// Its user may come again.
    pub returns: bool,
}

/// The requests of a [`TrafficSpec`], one after the other, without end.
#[derive(Clone, Debug)]
pub struct Arrivals {
    spec: TrafficSpec,
    population: Population,
    rng: Rng,
    visits: Option<Visits>,
    at_s: f64,
    most: f64,
    newcomers: u32,
    /// The next one that does not go on with a session, once it is drawn.
    upcoming: Option<Upcoming>,
}

/// A request that begins something, or the end of all of them.
#[derive(Clone, Copy, Debug)]
struct Upcoming {
    at_ns: u64,
    of: Sender,
}

/// Whose request begins something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sender {
    /// A user, by activity.
    User,
    /// A newcomer of a flood.
    Flood,
    /// The one who sends much.
    Heavy,
}

impl Arrivals {
    /// The same seed gives the same requests.
    pub fn new(spec: TrafficSpec, seed: u64) -> Self {
        let population = Population::new(spec.users, spec.zipf, &spec.nats, seed);
        let visits = spec.sessions.map(Visits::new);
        let mut arrivals = Arrivals {
            population,
            rng: Rng::new(seed),
            visits,
            at_s: 0.0,
            most: 0.0,
            newcomers: 0,
            upcoming: None,
            spec,
        };
        let spec = &arrivals.spec;
        arrivals.most =
            spec.rate.most() * arrivals.starts() + spec.flood.most() + spec.heavy.most();
        arrivals.come_in();
        arrivals
    }

    /// Part of the requests, those of the flood aside, that begin a session.
    fn starts(&self) -> f64 {
        self.spec.sessions.map_or(1.0, |sessions| 1.0 / sessions.length)
    }

    /// Those who are in the midst of a session when it all begins.
    fn come_in(&mut self) {
        let under_way = self.visits.as_ref().map_or(0, |v| v.under_way(self.spec.rate.at(0.0)));
        for _ in 0..under_way {
            let visitor = self.visitor();
            if let Some(visits) = &mut self.visits {
                visits.add(visitor, 0, &mut self.rng);
            }
        }
    }

    /// Somebody who begins a session.
    fn visitor(&mut self) -> Visitor {
        let user = self.population.draw(&mut self.rng);
        let address = self.population.address(user);
        let fresh = self.spec.sessions.map_or(0.0, |sessions| sessions.fresh);
        let user = if fresh > 0.0 && self.rng.unit() < fresh { self.newcomer() } else { user };
        Visitor { user, address }
    }

    /// Whoever begins something.
    fn beginner(&mut self, of: Sender) -> Visitor {
        match of {
            Sender::User => self.visitor(),
            Sender::Heavy => {
                let user = self.population.len() as u32 - 1;
                Visitor { user, address: self.population.address(user) }
            }
            Sender::Flood => {
                let user = self.newcomer();
                Visitor { user, address: u32::MAX - self.newcomers }
            }
        }
    }

    fn newcomer(&mut self) -> u32 {
        self.newcomers += 1;
        self.population.len() as u32 + self.newcomers
    }

    /// How many users come again.
    pub fn users(&self) -> usize {
        self.population.len()
    }

    /// Moves on to the next request that begins something; who sends it. `None`: there is
    /// no other.
    fn advance(&mut self) -> Option<Sender> {
        let starts = self.starts();
        while self.most > 0.0 && self.at_s < FOREVER_S {
            let spec = &self.spec;
            let total =
                |at_s: f64| spec.rate.at(at_s) * starts + spec.flood.at(at_s) + spec.heavy.at(at_s);
            if !self.spec.poisson {
                let now = total(self.at_s);
                self.at_s += if now > 0.0 { 1.0 / now } else { 1.0 / self.most };
                if now > 0.0 {
                    let kept = self.rng.unit() * now;
                    return Some(self.sender(kept));
                }
                continue;
            }
            // Thinning (Lewis and Shedler 1979): candidates at the highest rate, kept in
            // proportion to the rate at their time.
            self.at_s += exponential(&mut self.rng) / self.most;
            let kept = self.rng.unit() * self.most;
            if kept < total(self.at_s) {
                return Some(self.sender(kept));
            }
        }
        None
    }

    /// Whose a request is, by a point below the rate of all.
    fn sender(&self, point: f64) -> Sender {
        let flood = self.spec.flood.at(self.at_s);
        match point {
            _ if point < flood => Sender::Flood,
            _ if point < flood + self.spec.heavy.at(self.at_s) => Sender::Heavy,
            _ => Sender::User,
        }
    }
}

/// A search for the next request must end where there is none.
const FOREVER_S: f64 = 1e6;

impl Iterator for Arrivals {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        if self.upcoming.is_none() {
            self.upcoming = self.advance().map(|of| {
                let at_ns = (self.at_s * SECOND as f64) as u64;
                Upcoming { at_ns, of }
            });
        }
        let begins_ns = self.upcoming.map(|upcoming| upcoming.at_ns);
        let goes_on = self.visits.as_mut().and_then(|visits| {
            let first = visits.next_ns()? < begins_ns.unwrap_or(u64::MAX);
            if first { visits.pop() } else { None }
        });
        let (at_ns, Visitor { user, address }, of) = match (goes_on, self.upcoming) {
            (Some((at_ns, visitor)), _) => (at_ns, visitor, Sender::User),
            (None, Some(Upcoming { at_ns, of })) => {
                self.upcoming = None;
                (at_ns, self.beginner(of), of)
            }
            (None, None) => return None,
        };
        if let Some(visits) = self.visits.as_mut().filter(|_| of == Sender::User) {
            visits.goes_on(Visitor { user, address }, at_ns, &mut self.rng);
        }
        let demand_ns = self.spec.demand.draw(&mut self.rng).as_nanos() as u64 + 1;
        Some(Arrival { at_ns, user, address, demand_ns, returns: of != Sender::Flood })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
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
            sessions: None,
            retries: Retries::default(),
            flood: Rate::level(0.0),
            heavy: Rate::level(0.0),
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

    /// Goal: sessions bring as many requests as asked for, from the first second on, of the length,
    /// the pace and the novelty that was asked for.
    /// Method: 1000/s in sessions of eight for a minute, a third of them newcomers'.
    #[test]
    fn sessions_are_as_asked_for() {
        let sessions = Some(SessionSpec { length: 8.0, think_s: 2.0, fresh: 0.33 });
        for poisson in [true, false] {
            let spec = TrafficSpec { sessions, poisson, ..spec() };
            for from_s in [0.0, 10.0, 50.0] {
                let count = within(spec.clone(), from_s, from_s + 10.0).len() as f64;
                assert!((count - 10_000.0).abs() < 1200.0, "{count} from {from_s} on");
            }
            let all = within(spec, 0.0, 60.0);
            assert!(all.windows(2).all(|pair| pair[0].at_ns <= pair[1].at_ns));
            let fresh = all.iter().filter(|a| a.user >= 100).count() as f64 / all.len() as f64;
            assert!((fresh - 0.33).abs() < 0.03, "{fresh}");
            let mut by_user: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
            all.iter().for_each(|a| by_user.entry(a.user).or_default().push(a.at_ns));
            // Those who came and went within the minute.
            let whole = by_user.iter().filter(|(user, times)| {
                let seconds = |at_ns: u64| at_ns / SECOND;
                **user > 1000 && seconds(times[0]) > 1 && seconds(times[0]) < 20
            });
            let (mut sessions, mut requests, mut gaps_ns) = (0.0, 0.0, 0.0);
            for (_, times) in whole {
                sessions += 1.0;
                requests += times.len() as f64;
                gaps_ns += (times[times.len() - 1] - times[0]) as f64;
            }
            let (length, think_s) = (requests / sessions, gaps_ns / (requests - sessions) / 1e9);
            assert!(
                (length - 8.0).abs() < 0.8 && (think_s - 2.0).abs() < 0.15,
                "{length} {think_s}"
            );
        }
    }

    /// Goal: one who sends a third of all is one user who sends a third of all.
    #[test]
    fn one_user_sends_much() {
        for sessions in [None, Some(SessionSpec { length: 8.0, think_s: 2.0, fresh: 0.0 })] {
            let heavy = Rate::through(vec![(10.0, 0.0), (10.0, 500.0)]);
            let spec = TrafficSpec { heavy, sessions, ..spec() };
            let part = |from_s: f64| {
                let all = within(spec.clone(), from_s, from_s + 10.0);
                let own = all.iter().filter(|arrival| arrival.user == 99 && arrival.returns);
                own.count() as f64 / all.len() as f64
            };
            assert!(part(0.0) < 0.05 && (part(10.0) - 0.34).abs() < 0.03, "{}", part(10.0));
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
