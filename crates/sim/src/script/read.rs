//! A scenario, read and checked.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use balance::PoolSpec;
use config::{Endpoint, Pool, Span};

use super::error::ScriptError;
use super::events;
use super::expect::Expectation;
use super::text::{Arrival, DemandText, DisciplineText, File, Servers};
use crate::demand::Demand;
use crate::rate::Rate;
use crate::server::{Discipline, ServerSpec};
use crate::traffic::{Retries, TrafficSpec};
use crate::users::Nat;
use crate::visits::SessionSpec;
use crate::world::Scenario;

/// More would be a mistake of units.
const DURATION_MAX_S: f64 = 7.0 * 24.0 * 3600.0;
const RATE_MAX: f64 = 1e7;
const RETRIES_MAX: u32 = 100;
const SESSION_MAX: f64 = 1e5;
const VISITORS_MAX: f64 = 1e7;
const SERVERS_MAX: usize = 10_000;

/// A scenario file.
#[derive(Clone, Debug)]
pub struct Script {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// The world and what happens in it.
    pub scenario: Scenario,
    /// Evenkeel's pool before these servers, as its configuration says it; the addresses mean
    /// nothing.
    pub settings: Pool,
    /// The same for the deciding core.
    pub pool: PoolSpec,
    /// What is expected.
    pub expect: Expectation,
}

impl Script {
    /// Reads a file's text.
    ///
    /// # Errors
    /// A text that is not TOML, unknown keys, and worlds that cannot be.
    pub fn parse(text: &str) -> Result<Script, ScriptError> {
        let file: File =
            toml::from_str(text).map_err(|error| ScriptError::new(error.to_string(), ""))?;
        let servers = servers(&file.servers)?;
        let scenario = scenario(&file, &servers)?;
        let endpoints = servers.iter().map(|one| one.endpoint.clone()).collect();
        let pool = Pool { endpoints, ..file.pool };
        let (name, about) = (file.name, file.about.trim().to_owned());
        let spec = pool.spec();
        Ok(Script { name, about, scenario, settings: pool, pool: spec, expect: file.expect })
    }
}

impl Script {
    /// Has it end at another time than its file says. What would happen later does not.
    ///
    /// # Errors
    /// A time within the warm-up, or beyond a week.
    pub fn end_after(&mut self, duration: Duration) -> Result<(), ScriptError> {
        let fine = (1.0..=DURATION_MAX_S).contains(&duration.as_secs_f64());
        check(fine, "it must last from a second to a week", "")?;
        let seconds = duration.as_secs_f64().ceil() as u64;
        let counts = seconds * crate::SECOND > self.scenario.warm_up_ns;
        check(counts, "the warm-up takes the whole time", "")?;
        self.scenario.duration_ns = seconds * crate::SECOND;
        Ok(())
    }
}

/// A server as the world has it and as the configuration says it.
struct Both {
    server: ServerSpec,
    endpoint: Endpoint,
}

fn servers(groups: &[Servers]) -> Result<Vec<Both>, ScriptError> {
    let mut all: Vec<Both> = Vec::new();
    for group in groups {
        check(group.slots > 0, "a server without slots serves nobody", "write `slots = 4`")?;
        let fine = group.slower > 0.0 && group.slower.is_finite();
        check(fine, "`slower` must be above 0", "3.0 is three times slower")?;
        check(
            group.names.is_empty() != (group.count == 0),
            "each entry of `servers` has `names` or a `count`",
            "write `count = 5` or `names = [\"web1\"]`",
        )?;
        let first = all.len();
        check(first + group.count <= SERVERS_MAX, "that is too many servers", "")?;
        let numbered = (0..group.count).map(|i| format!("web{}", first + i + 1));
        for name in group.names.iter().cloned().chain(numbered) {
            let known = all.iter().any(|other| other.server.name == name);
            check(!known, &format!("two servers are called `{name}`"), "")?;
            all.push(both(group, name));
        }
    }
    check(!all.is_empty(), "there are no servers", "write `[[servers]]` with `count = 5`")?;
    Ok(all)
}

fn both(group: &Servers, name: String) -> Both {
    let discipline = match group.discipline {
        DisciplineText::Fifo => Discipline::Fifo,
        DisciplineText::Sharing => Discipline::Sharing,
    };
    Both {
        endpoint: Endpoint {
            name: name.clone(),
            // Nothing is connected to in a made-up world.
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 1)),
            capacity: group.capacity.unwrap_or_else(|| f64::from(group.slots)),
            weight: group.weight,
            limit: group.limit,
            drain: false,
        },
        server: ServerSpec { name, slots: group.slots, slowness: group.slower, discipline },
    }
}

fn scenario(file: &File, servers: &[Both]) -> Result<Scenario, ScriptError> {
    let duration_s = file.duration.0.as_secs_f64();
    let fine = (1.0..=DURATION_MAX_S).contains(&duration_s);
    check(fine, "`duration` must be from a second to a week", "")?;
    check(file.warm_up.0 < file.duration.0, "the warm-up takes the whole duration", "")?;
    check((1..=1000).contains(&file.balancers), "`balancers` must be from 1 to 1000", "")?;
    let names: Vec<String> = servers.iter().map(|one| one.server.name.clone()).collect();
    let slowness: Vec<f64> = servers.iter().map(|one| one.server.slowness).collect();
    let weights: Vec<f64> = servers.iter().map(|one| one.endpoint.weight).collect();
    let duration_ns = duration_s.ceil() as u64 * crate::SECOND;
    let happenings = events::read(&file.events, &names, &slowness, &weights, duration_ns)?;
    let demand = demand(file.traffic.demand)?;
    let level = level(file, servers, demand)?;
    let rate = match file.traffic.curve.is_empty() {
        true => steps(level, &happenings.surges, |level, factor| level * factor),
        false => curve(file, level, happenings.surges.is_empty())?,
    };
    let heavies: Vec<(f64, f64, f64)> = happenings
        .heavies
        .iter()
        .map(|&(from_s, to_s, per_one)| (from_s, to_s, per_one * level))
        .collect();
    let sessions = sessions(file, rate.most(), duration_s)?;
    let traffic = TrafficSpec {
        rate,
        flood: steps(0.0, &happenings.floods, |level, more| level + more),
        heavy: steps(0.0, &heavies, |before, more| before + more),
        poisson: file.traffic.arrival == Arrival::Poisson,
        demand,
        users: file.traffic.users,
        zipf: file.traffic.zipf,
        nats: nats(file)?,
        sessions,
        retries: retries(file)?,
    };
    Ok(Scenario {
        capacities: servers.iter().map(|one| f64::from(one.server.slots)).collect(),
        servers: servers.iter().map(|one| one.server.clone()).collect(),
        traffic,
        balancers: file.balancers,
        network_ns: file.network.as_nanos(),
        attempts: file.pool.retry.attempts as usize,
        patience_ns: file.pool.timeouts.response_head.as_nanos(),
        duration_ns,
        warm_up_ns: file.warm_up.as_nanos(),
        changes: happenings.changes,
    })
}

/// Requests per second before anything happens.
fn level(file: &File, servers: &[Both], demand: Demand) -> Result<f64, ScriptError> {
    let able: f64 = servers
        .iter()
        .map(|one| f64::from(one.server.slots) / demand.mean().as_secs_f64() / one.server.slowness)
        .sum();
    let level = match (file.traffic.rate, file.traffic.load) {
        (Some(rate), None) => rate,
        (None, Some(load)) => load * able,
        _ => {
            let hint = "`rate = 500` is per second, `load = 0.7` a part of what the servers can do";
            return Err(ScriptError::new("`traffic` has either a `rate` or a `load`", hint));
        }
    };
    let fine = level > 0.0 && level <= RATE_MAX;
    check(fine, &format!("{level} requests per second cannot be"), "")?;
    Ok(level)
}

/// The rate along the file's curve.
fn curve(file: &File, level: f64, alone: bool) -> Result<Rate, ScriptError> {
    check(alone, "a rate has either a `curve` or surges", "write the surge into the curve")?;
    let point = |(at, factor): &(Span, f64)| (at.0.as_secs_f64(), level * factor);
    let points: Vec<(f64, f64)> = file.traffic.curve.iter().map(point).collect();
    let fine = points.windows(2).all(|pair| pair[0].0 <= pair[1].0)
        && points.iter().all(|point| (0.0..=RATE_MAX).contains(&point.1));
    let hint = "write `curve = [[\"0s\", 1.0], [\"30m\", 1.5]]`: times in order, factors from 0 on";
    check(fine, "no rate follows that `curve`", hint)?;
    Ok(Rate::through(points))
}

fn retries(file: &File) -> Result<Retries, ScriptError> {
    let Some(text) = file.traffic.retries else { return Ok(Retries::default()) };
    let fine = text.most <= RETRIES_MAX && !text.after.0.is_zero();
    let hint = format!("`most` is up to {RETRIES_MAX}, `after` above 0");
    check(fine, "users do not ask again like that", &hint)?;
    Ok(Retries { most: text.most, after_ns: text.after.as_nanos() })
}

fn sessions(file: &File, rate: f64, duration_s: f64) -> Result<Option<SessionSpec>, ScriptError> {
    let Some(text) = file.traffic.sessions else { return Ok(None) };
    let think_s = text.think.0.as_secs_f64();
    let fine = (1.0..=SESSION_MAX).contains(&text.length)
        && think_s > 0.0
        && think_s <= DURATION_MAX_S
        && (0.0..=1.0).contains(&text.fresh);
    let hint = format!("`length` is from 1 to {SESSION_MAX}, `think` above 0, `fresh` from 0 to 1");
    check(fine, "sessions are not like that", &hint)?;
    let few = rate * think_s <= VISITORS_MAX;
    check(
        few,
        "too many sessions are under way at a time",
        "there are `rate` times `think` of them",
    )?;
    let few = rate * text.fresh / text.length * duration_s <= VISITORS_MAX;
    check(few, "too many visitors come who were never there", "lower `fresh`")?;
    Ok(Some(SessionSpec { length: text.length, think_s, fresh: text.fresh }))
}

fn nats(file: &File) -> Result<Vec<Nat>, ScriptError> {
    let nats = file.traffic.nats.iter();
    let nats: Vec<Nat> =
        nats.map(|nat| Nat { addresses: nat.addresses, share: nat.share }).collect();
    let fine = nats.iter().all(|nat| nat.addresses > 0 && nat.share >= 0.0)
        && nats.iter().map(|nat| nat.share).sum::<f64>() <= 1.0;
    check(fine, "NATs have addresses, and shares of at most 1 together", "")?;
    check((1..=10_000_000).contains(&file.traffic.users), "there are 1 to 10 million users", "")?;
    check((0.0..=5.0).contains(&file.traffic.zipf), "`zipf` must be from 0 to 5", "")?;
    Ok(nats)
}

fn demand(text: DemandText) -> Result<Demand, ScriptError> {
    let demand = match text {
        DemandText::Constant { mean } => Demand::Constant { mean: mean.0 },
        DemandText::Exponential { mean } => Demand::Exponential { mean: mean.0 },
        DemandText::Lognormal { mean, cv2 } => Demand::Lognormal { mean: mean.0, cv2 },
        DemandText::BoundedPareto { shape, min, max } => {
            Demand::BoundedPareto { shape, min: min.0, max: max.0 }
        }
    };
    demand.check().map_err(|none| ScriptError::new(none.message, none.hint))?;
    check(
        !demand.mean().is_zero(),
        "requests that are no work are none",
        "write `mean = \"20ms\"`",
    )?;
    Ok(demand)
}

/// A level and what changes it for a while, as straight lines with steps.
fn steps(level: f64, changes: &[(f64, f64, f64)], apply: fn(f64, f64) -> f64) -> Rate {
    let at = |time: f64| {
        let now = changes.iter().filter(|change| change.0 <= time && time < change.1);
        now.fold(level, |level, change| apply(level, change.2))
    };
    let mut times: Vec<f64> = changes.iter().flat_map(|change| [change.0, change.1]).collect();
    times.retain(|time| time.is_finite());
    times.sort_unstable_by(f64::total_cmp);
    times.dedup();
    let mut points = vec![(0.0, at(-1.0))];
    let mut before = at(-1.0);
    for time in times {
        points.push((time, before));
        before = at(time);
        points.push((time, before));
    }
    Rate::through(points)
}

fn check(fine: bool, message: &str, hint: &str) -> Result<(), ScriptError> {
    if fine { Ok(()) } else { Err(ScriptError::new(message, hint)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Change, Mode};

    const FILE: &str = r#"
        name = "test"
        duration = "60s"

        [traffic]
        load = 0.5
        demand = { lognormal = { mean = "20ms", cv2 = 4.0 } }

        [[servers]]
        count = 2
        slots = 4

        [[servers]]
        names = ["old"]
        slots = 2
        slower = 2.0

        [pool]
        affinity = { by = "cookie" }

        [[events]]
        at = "10s"
        for = "5s"
        servers = ["web1", "old"]
        slower = 3.0

        [[events]]
        at = "20s"
        weights = { web1 = 100.0, web2 = 17.0 }

        [[events]]
        at = "30s"
        for = "10s"
        surge = 2.0

        [[events]]
        at = "50s"
        for = "6s"
        every = "2s"
        reload = true
    "#;

    #[test]
    fn a_file_is_a_world() {
        let script = Script::parse(FILE).unwrap();
        let scenario = &script.scenario;
        let names: Vec<&str> = scenario.servers.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["web1", "web2", "old"]);
        assert!(script.pool.affinity.is_some());
        assert_eq!(script.pool.endpoints[2].capacity, 2.0);
        // (4 + 4 + 2 ÷ 2) slots ÷ 20 ms, half of it.
        for (at_s, rate) in [(0.0, 225.0), (30.0, 450.0), (39.9, 450.0), (40.0, 225.0)] {
            assert!((scenario.traffic.rate.at(at_s) - rate).abs() < 1e-9, "at {at_s}");
        }
        let at = |s: u64| s * crate::SECOND;
        let slowness = |server, factor| Change::Slowness { server, factor };
        for expected in [
            (at(10), slowness(0, 3.0)),
            (at(15), slowness(0, 1.0)),
            (at(15), slowness(2, 2.0)),
            (at(20), Change::Weights(vec![100.0, 17.0, 1.0])),
        ] {
            assert!(scenario.changes.contains(&expected), "{expected:?}");
        }
        let reloads = scenario.changes.iter().filter(|change| change.1 == Change::Reload);
        let reloads: Vec<u64> = reloads.map(|change| change.0).collect();
        assert_eq!(reloads, [at(50), at(52), at(54)]);
        assert!(
            !scenario.changes.iter().any(|c| matches!(c.1, Change::Mode { mode: Mode::Dead, .. }))
        );
    }

    #[test]
    fn a_rate_follows_its_curve() {
        let curve = "load = 0.5\ncurve = [[\"0s\", 1.0], [\"40s\", 2.0]]";
        let text = FILE.replace("load = 0.5", curve);
        let text = text.replace("surge = 2.0", "heavy = { share = 0.5 }");
        let traffic = Script::parse(&text).unwrap().scenario.traffic;
        for (at_s, rate, heavy) in [(0.0, 225.0, 0.0), (20.0, 337.5, 0.0), (35.0, 421.875, 225.0)] {
            let seen = (traffic.rate.at(at_s), traffic.heavy.at(at_s));
            assert!((seen.0 - rate).abs() < 1e-9 && (seen.1 - heavy).abs() < 1e-9, "{seen:?}");
        }
    }

    /// One change to the file, and what is said about it.
    fn is_refused(from: &str, to: &str, said: &str) {
        let error = Script::parse(&FILE.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }

    #[test]
    fn mistakes_are_told() {
        is_refused("load = 0.5", "lod = 0.5", "unknown field `lod`");
        is_refused("load = 0.5", "load = 0.5\nrate = 7.0", "either a `rate` or a `load`");
        let retries = "load = 0.5\nretries = { most = 2, after = \"0s\" }";
        is_refused("load = 0.5", retries, "users do not ask again like that");
        is_refused("load = 0.5", "load = -1.0", "cannot be");
        for sessions in [
            "{ length = 0.5, think = \"1s\" }",
            "{ length = nan, think = \"1s\" }",
            "{ length = 8.0, think = \"0s\" }",
            "{ length = 8.0, think = \"1s\", fresh = 1.5 }",
        ] {
            let traffic = format!("load = 0.5\nsessions = {sessions}");
            is_refused("load = 0.5", &traffic, "sessions are not like that");
        }
        let many = "load = 0.5\nsessions = { length = 8.0, think = \"2d\" }";
        is_refused("load = 0.5", many, "too many sessions");
        let stick = "servers = [\"web1\", \"web2\"]\nstick = { share = 0.1, one_session = true }";
        is_refused("surge = 2.0", stick, "one session has one server");
        is_refused(
            "\"old\"]\n        slower",
            "\"odl\"]\n        slower",
            "events[0]: no server is called `odl`",
        );
        is_refused("surge = 2.0", "", "events[2]: nothing happens");
        for (instead, why) in [
            ("surge = 1e300", "is not above 0 and at most"),
            ("reload = false", "nothing happens with `false`"),
            ("weights = { web1 = -5.0 }", "-5 is no weight"),
            ("weights = { web1 = nan }", "NaN is no weight"),
            ("servers = [\"web1\"]\nstick = { share = 1e12 }", "is not from 0 to 1"),
            ("servers = [\"web1\"]\nerrors = nan", "NaN is not from 0 to 1"),
            ("servers = [\"web1\"]\nfails_fast = \"2h\"", "that is not fast"),
            ("servers = [\"web1\"]\nslower = 1e308", "is not above 0 and at most"),
        ] {
            is_refused(
                "surge = 2.0",
                instead,
                &format!("events[2]: {why}").replace("events[2]: is", "is"),
            );
        }
        let curve = "load = 0.5\ncurve = [[\"9s\", 1.0], [\"2s\", 2.0]]";
        is_refused("load = 0.5", "load = 0.5\ncurve = [[\"0s\", 1.0]]", "`curve` or surges");
        let bent = FILE.replace("load = 0.5", curve).replace("surge = 2.0", "reload = true");
        assert!(Script::parse(&bent).unwrap_err().to_string().contains("follows that `curve`"));
        is_refused("surge = 2.0", "heavy = { share = 1.0 }", "is not above 0 and at most 0.99");
        is_refused("surge = 2.0", "limit = { cpu = 1.5 }", "1.5 is not from 0 to 1");
        is_refused("surge = 2.0", "surge = 2.0\nflood = 9.0", "events[2]: two things happen");
        is_refused("surge = 2.0", "surge = 2.0\nevery = \"1s\"", "traffic cannot come `every`");
        is_refused("every = \"2s\"", "every = \"0s\"", "events[3]: `every` is too often");
        is_refused("names = [\"old\"]", "names = [\"web1\"]", "two servers are called `web1`");
        is_refused("slots = 2", "slots = 0", "without slots");
        is_refused("cv2 = 4.0", "cv2 = 0.0", "cannot have the CV² 0");
        is_refused("duration = \"60s\"", "duration = \"60\"", "duration");
    }
}
