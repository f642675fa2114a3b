//! Latency at two fixed rates, sent by the open-loop generator in a process of its own.

use std::process::Command;
use std::time::Duration;

use crate::bench::contender::{Contender, Running};
use crate::bench::options::Extent;
use crate::bench::origin::Origin;
use crate::bench::place::{OTHER_CORE, Place, pinned};
use crate::bench::results::{Latency, Measured, Results};
use crate::bench::rounds::order;
use crate::fault::Fault;
use crate::process::keep;

/// Requests per second.
pub(crate) const RATES: [u32; 2] = [5_000, 20_000];

const CONTENDERS: [Contender; 4] =
    [Contender::Evenkeel, Contender::Haproxy, Contender::Nginx, Contender::Relay];

/// Below this part of the rate that was asked for, a run says nothing about that rate.
const ENOUGH: f64 = 0.99;

pub(crate) fn measure(place: &Place, origin: &Origin, extent: &Extent, results: &mut Results) {
    for rate in RATES {
        eprintln!("latency at {rate} requests/s");
        for round in 0..extent.latency_rounds {
            for contender in order(&CONTENDERS, &extent.contenders, round) {
                let measured = sample(contender, rate, place, origin, extent.latency_seconds);
                tell(contender, round, extent.latency_rounds, &measured);
                results.latency.entry((rate, contender)).or_default().push(measured);
            }
        }
    }
}

fn tell(contender: Contender, round: u32, rounds: u32, measured: &Measured<Latency>) {
    let name = contender.title();
    let text = match measured {
        Ok(run) => format!("p50 {:6.0} µs, p99 {:6.0} µs", run.p50_us, run.p99_us),
        Err(why) => format!("invalid: {why}"),
    };
    eprintln!("  {}/{rounds} {name:<16}{text}", round + 1);
}

fn sample(
    contender: Contender,
    rate: u32,
    place: &Place,
    origin: &Origin,
    seconds: u32,
) -> Measured<Latency> {
    let run = || -> Result<Latency, Fault> {
        let running = Running::start(contender, place, &origin.addresses)?;
        let mut command = Command::new(&place.tool);
        command.args(["load", "--to", &running.address.to_string(), "--path", "/100"]);
        command.args(["--rate", &rate.to_string(), "--seconds", &seconds.to_string()]);
        let limit = Duration::from_secs(u64::from(seconds) + 30);
        let outcome = keep(&mut pinned(OTHER_CORE, &command), limit)?;
        if !outcome.success {
            return Err(Fault::new("the load generator failed").detail(outcome.output));
        }
        let read = serde_json::from_str(&outcome.output);
        judge(read.map_err(|error| Fault::new("the load generator said nonsense").detail(error))?)
    };
    run().map_err(|fault| format!("{}, {rate} requests/s: {fault}", contender.title()))
}

fn judge(run: Latency) -> Result<Latency, Fault> {
    if run.errors > 0 {
        return Err(Fault::new(format!("{} requests failed", run.errors)));
    }
    if run.achieved_per_s < ENOUGH * run.asked_per_s {
        let message = format!("fell behind: {:.0} requests/s were answered", run.achieved_per_s);
        let lag = format!("the generator itself was late by {:.0} µs (p99)", run.lag_p99_us);
        return Err(Fault::new(message).detail(lag));
    }
    Ok(run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_with_errors_or_behind_its_rate_is_invalid() {
        let run = Latency {
            asked_per_s: 1000.0,
            achieved_per_s: 995.0,
            p50_us: 1.0,
            p99_us: 2.0,
            lag_p99_us: 3.0,
            errors: 0,
        };
        assert_eq!(judge(run), Ok(run));
        let behind = judge(Latency { achieved_per_s: 980.0, ..run }).unwrap_err().to_string();
        assert!(behind.contains("fell behind") && behind.contains("late by 3 µs"), "{behind}");
        assert!(judge(Latency { errors: 1, ..run }).is_err());
    }
}
