//! CPU time per request, in interleaved rounds: what disturbs a round disturbs everybody in it.

use crate::bench::accounting::Cpu;
use crate::bench::contender::{Contender, Running};
use crate::bench::options::Extent;
use crate::bench::origin::Origin;
use crate::bench::place::Place;
use crate::bench::results::{Measured, Results, Sample};
use crate::bench::scenario::{SCENARIOS, Scenario};
use crate::bench::wrk;
use crate::fault::Fault;

pub(crate) fn measure(place: &Place, origin: &Origin, extent: &Extent, results: &mut Results) {
    for scenario in SCENARIOS.iter().filter(|one| extent.parts.contains(&one.part)) {
        eprintln!("{}", scenario.title);
        for round in 0..extent.rounds {
            for contender in order(scenario.contenders, &extent.contenders, round) {
                let measured = sample(contender, scenario, place, origin, extent);
                tell(contender, round, extent.rounds, &measured);
                let key = (scenario.part, contender);
                results.cpu.entry(key).or_default().push(measured);
            }
        }
    }
}

/// Those who run, each round started by another one.
pub(crate) fn order(possible: &[Contender], wanted: &[Contender], round: u32) -> Vec<Contender> {
    let mut order: Vec<Contender> =
        possible.iter().copied().filter(|contender| wanted.contains(contender)).collect();
    if !order.is_empty() {
        let first = round as usize % order.len();
        order.rotate_left(first);
    }
    order
}

fn tell(contender: Contender, round: u32, rounds: u32, measured: &Measured<Sample>) {
    let name = contender.title();
    let text = match measured {
        Ok(sample) => format!(
            "{:8.2} µs per request, {:7.0} requests/s",
            sample.cpu_us_per_request, sample.requests_per_s
        ),
        Err(why) => format!("invalid: {why}"),
    };
    eprintln!("  {}/{rounds} {name:<16}{text}", round + 1);
}

/// A fresh process each time: the luck of one start must not colour all rounds.
fn sample(
    contender: Contender,
    scenario: &Scenario,
    place: &Place,
    origin: &Origin,
    extent: &Extent,
) -> Measured<Sample> {
    let run = || -> Result<Sample, Fault> {
        let running = Running::start(contender, place, &origin.addresses)?;
        if extent.warm_up_seconds > 0 {
            wrk::run(scenario, running.address, extent.warm_up_seconds)?;
        }
        let before = Cpu::of(running.pid())?;
        let count = wrk::run(scenario, running.address, extent.seconds)?;
        let used = Cpu::of(running.pid())?.since(before);
        Ok(Sample {
            cpu_us_per_request: used.us() / count.requests as f64,
            user_share: used.user_share(),
            requests_per_s: count.requests as f64 / count.seconds,
        })
    };
    run().map_err(|fault| format!("{}, {}: {fault}", contender.title(), scenario.title))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_starts_a_round_once() {
        use Contender::{Evenkeel, Haproxy, Nginx, Relay};
        let (possible, wanted) = ([Evenkeel, Haproxy, Nginx], [Nginx, Evenkeel, Haproxy, Relay]);
        assert_eq!(order(&possible, &wanted, 0), [Evenkeel, Haproxy, Nginx]);
        assert_eq!(order(&possible, &wanted, 1), [Haproxy, Nginx, Evenkeel]);
        assert_eq!(order(&possible, &wanted, 3), [Evenkeel, Haproxy, Nginx]);
        assert!(order(&possible, &[Relay], 2).is_empty());
    }
}
