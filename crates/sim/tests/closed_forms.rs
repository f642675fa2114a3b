//! The world against what is known of queues.

use std::time::Duration;

use sim::{
    Arrivals, Cast, Demand, Discipline, Rate, Reference, Report, Retries, SECOND, Scenario,
    ServerSpec, TrafficSpec, play,
};

const MS: Duration = Duration::from_millis(1);
const MEAN: Duration = Duration::from_millis(20);
const MEAN_MS: f64 = 20.0;

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// `servers` of `slots` each at `load`, for so many requests.
fn scenario(servers: usize, slots: u32, load: f64, demand: Demand, requests: f64) -> Scenario {
    let rate = load * servers as f64 * f64::from(slots) / demand.mean().as_secs_f64();
    let server = |i: usize| ServerSpec {
        name: format!("web{}", i + 1),
        slots,
        slowness: 1.0,
        discipline: Discipline::Fifo,
    };
    let seconds = (requests / rate).ceil();
    Scenario {
        servers: (0..servers).map(server).collect(),
        capacities: vec![f64::from(slots); servers],
        traffic: TrafficSpec {
            rate: Rate::level(rate),
            poisson: true,
            demand,
            users: 1000,
            zipf: 0.0,
            nats: Vec::new(),
            sessions: None,
            retries: Retries::default(),
            flood: Rate::level(0.0),
            heavy: Rate::level(0.0),
        },
        balancers: 1,
        network_ns: 0,
        attempts: 1,
        patience_ns: 60 * SECOND,
        duration_ns: (seconds * 1.05) as u64 * SECOND,
        warm_up_ns: (seconds * 0.05) as u64 * SECOND,
        changes: Vec::new(),
    }
}

fn run(scenario: &Scenario, reference: Reference) -> Report {
    play(scenario, &Cast::Reference { reference, sticky: false }, 11)
}

fn is_near(what: &str, seen: f64, expected: f64, tolerance: f64) {
    println!("{what}: {seen:.3}, in theory {expected:.3}");
    assert!((seen / expected - 1.0).abs() < tolerance, "{what}: {seen}, in theory {expected}");
}

/// Probability of waiting in M/M/c (Erlang's second formula).
fn erlang_c(servers: u32, offered: f64) -> f64 {
    let blocked = (1..=servers).fold(1.0, |b, k| offered * b / (f64::from(k) + offered * b));
    let load = offered / f64::from(servers);
    blocked / (1.0 - load * (1.0 - blocked))
}

/// Goal: waiting in M/M/c is as Erlang says, mean and percentiles. Method: one queue before 20
/// servers of one slot, and one server of 20 slots; 400,000 requests at two loads.
#[test]
fn many_servers_and_one_queue() {
    for load in [0.7, 0.9] {
        let (c, service) = (20u32, MEAN_MS);
        let waits = erlang_c(c, load * f64::from(c));
        let drain = f64::from(c) * (1.0 - load) / service;
        for (servers, slots) in [(20, 1), (1, 20)] {
            let demand = Demand::Exponential { mean: MEAN };
            let report = run(&scenario(servers, slots, load, demand, 4e5), Reference::Central);
            is_near("mean wait", report.excess_mean_ms(), waits / drain, 0.06);
            for q in [0.99, 0.999] {
                let expected = (waits / (1.0 - q)).ln() / drain;
                is_near("a percentile of the wait", report.excess_ms(q), expected, 0.08);
            }
        }
    }
}

/// Goal: M/G/1 in the order of arrival waits as Pollaczek and Khinchine say.
/// Method: four distributions at 60 % load.
#[test]
fn one_server_in_order() {
    let pareto = Demand::BoundedPareto { shape: 2.2, min: 5 * MS, max: 500 * MS };
    for (demand, cv2) in [
        (Demand::Constant { mean: MEAN }, 0.0),
        (Demand::Exponential { mean: MEAN }, 1.0),
        (Demand::Lognormal { mean: MEAN, cv2: 4.0 }, 4.0),
        (pareto, pareto.cv2()),
    ] {
        let load = 0.6;
        let report = run(&scenario(1, 1, load, demand, 1e6), Reference::Random);
        let expected = load * ms(demand.mean()) * (1.0 + cv2) / (2.0 * (1.0 - load));
        is_near("mean wait", report.excess_mean_ms(), expected, 0.06);
    }
}

/// Goal: a shared processor delays by 1 ÷ (1 − load) on average, whatever the distribution, and
/// each demand in proportion to its size. Method: four distributions at 70 %; in the constant
/// one every quantile's mean is that of all.
#[test]
fn one_shared_processor() {
    for demand in [
        Demand::Constant { mean: MEAN },
        Demand::Exponential { mean: MEAN },
        Demand::Lognormal { mean: MEAN, cv2: 4.0 },
        Demand::BoundedPareto { shape: 1.5, min: 5 * MS, max: 500 * MS },
    ] {
        let load = 0.7;
        let mut shared = scenario(1, 1, load, demand, 4e5);
        shared.servers[0].discipline = Discipline::Sharing;
        let report = run(&shared, Reference::Random);
        let mean = report.latency.mean() / 1e3;
        is_near("mean time", mean, ms(demand.mean()) / (1.0 - load), 0.05);
        // By Little's law, and by how many a shared processor holds: load ÷ (1 − load).
        is_near("present", report.endpoints()[0].pressure, load / (1.0 - load), 0.05);
    }
}

/// Goal: joining the shortest of d random queues has the fixed point of Mitzenmacher and of
/// Vvedenskaya, Dobrushin and Karpelevich: a part λ^((dᵏ−1)/(d−1)) of the queues holds k or more.
/// Method: 500 servers, λ = 0.9, by the mean time in the system.
#[test]
fn the_shortest_of_d() {
    for (d, tolerance) in [(2, 0.03), (3, 0.03)] {
        let load = 0.9f64;
        let demand = Demand::Exponential { mean: MEAN };
        let report = run(&scenario(500, 1, load, demand, 2e6), Reference::Choices(d));
        let power = |k: u32| ((d as f64).powi(k as i32) - 1.0) / (d as f64 - 1.0);
        let holding: f64 = (1..30).map(|k| load.powf(power(k))).sum();
        let expected = MEAN_MS * holding / load;
        is_near("mean time", report.latency.mean() / 1e3, expected, tolerance);
    }
}

/// Goal: the same seed gives the same bytes, another one others. Method: reports printed.
#[test]
fn the_same_seed_is_the_same_world() {
    let demand = Demand::Lognormal { mean: MEAN, cv2: 4.0 };
    let world = scenario(5, 4, 0.7, demand, 2e4);
    let print = |seed| {
        let cast = Cast::Reference { reference: Reference::Prequal, sticky: false };
        let report = play(&world, &cast, seed);
        let quantiles: Vec<f64> =
            (0..100).map(|q| report.latency_ms(f64::from(q) / 100.0)).collect();
        format!("{:?} {:?} {:?}", report.endpoints(), report.present, quantiles)
    };
    assert_eq!(print(1), print(1));
    assert_ne!(print(1), print(2));
}

/// Goal: every request ends, whoever decides. Method: all references on one world, with servers
/// that die, hang, fail and slow down on the way.
#[test]
fn nobody_is_lost() {
    use sim::{Change, Mode};
    let demand = Demand::Lognormal { mean: MEAN, cv2: 4.0 };
    let mut world = scenario(5, 4, 0.5, demand, 2e4);
    (world.attempts, world.patience_ns, world.balancers) = (3, 2 * SECOND, 3);
    let at = |s: u64, server: usize, mode: Mode| (s * SECOND, Change::Mode { server, mode });
    world.changes = vec![
        at(4, 0, Mode::Dead),
        at(8, 0, Mode::Well),
        at(10, 1, Mode::Hangs),
        at(14, 1, Mode::Well),
        at(16, 2, Mode::FailsFast(200_000)),
        at(20, 2, Mode::Errors(0.3)),
        (22 * SECOND, Change::Slowness { server: 3, factor: 3.0 }),
    ];
    for network_ns in [0, 500_000] {
        world.network_ns = network_ns;
        for reference in Reference::ALL {
            let report = run(&world, reference);
            let expected = Arrivals::new(world.traffic.clone(), 11)
                .take_while(|a| a.at_ns < world.duration_ns)
                .filter(|a| a.at_ns >= world.warm_up_ns)
                .count() as u64;
            assert_eq!(report.requests, expected, "{}", reference.name());
            assert!(report.errors < expected / 2, "{}: {}", reference.name(), report.errors);
        }
    }
}
