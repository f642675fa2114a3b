//! Scenarios on real sockets: who is run in which, and how.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::envoy;
use crate::evidence::runs::{Scenario, said};
use crate::fault::Fault;

/// A scenario to run, for how long, and with whom: everybody as most people run it, in the best
/// setting, and in those that were made for it. Evenkeel has its defaults.
pub(crate) struct Drill {
    pub(crate) name: &'static str,
    length: &'static str,
    contenders: &'static str,
    /// Rounds in a full run; each has a seed of its own.
    rounds: u64,
    /// How many run at once per core: each takes a tenth of one. Fewer where a tenth of a
    /// millisecond matters.
    at_once: usize,
}

pub(crate) const DRILLS: [Drill; 10] = [
    Drill {
        name: "homogeneous",
        length: "40s",
        contenders: "evenkeel,haproxy,haproxy:queued,nginx,nginx:random2,envoy,envoy:fullscan,\
                     haproxy:default,nginx:default,envoy:default",
        rounds: 6,
        at_once: 2,
    },
    Drill {
        name: "two-of-five-slow",
        length: "45s",
        contenders: "evenkeel,haproxy,haproxy:queued,nginx,envoy,envoy:fullscan,nginx:default",
        rounds: 3,
        at_once: 4,
    },
    Drill {
        name: "ten-times-slower",
        length: "40s",
        contenders: "evenkeel,haproxy,haproxy:queued,nginx,envoy:fullscan,haproxy:timeout,\
                     nginx:timeout,envoy:timeout,haproxy:default",
        rounds: 3,
        at_once: 4,
    },
    Drill {
        name: "fails-fast",
        length: "40s",
        contenders: "evenkeel,haproxy,nginx,envoy,envoy:fullscan,haproxy:default",
        rounds: 3,
        at_once: 2,
    },
    Drill {
        name: "sticky",
        length: "45s",
        contenders: "evenkeel,haproxy,haproxy:queued,haproxy:spill,haproxy:bounded,nginx,envoy,\
                     envoy:bounded",
        rounds: 8,
        at_once: 4,
    },
    Drill {
        name: "nat",
        length: "45s",
        contenders: "evenkeel,haproxy,haproxy:queued,haproxy:spill,haproxy:bounded,envoy,\
                     envoy:bounded,haproxy:default",
        rounds: 3,
        at_once: 4,
    },
    Drill {
        name: "weight-script",
        length: "60s",
        contenders: "evenkeel,haproxy,haproxy:queued,haproxy:spill,nginx,envoy,haproxy:default",
        rounds: 3,
        at_once: 4,
    },
    Drill {
        name: "outage-2024-05-01",
        length: "60s",
        contenders: "evenkeel,haproxy,haproxy:default",
        rounds: 3,
        at_once: 4,
    },
    Drill {
        name: "outage-2023-11-04",
        length: "60s",
        contenders: "evenkeel,haproxy,haproxy:default",
        rounds: 3,
        at_once: 4,
    },
    Drill {
        name: "reload",
        length: "30s",
        contenders: "evenkeel,haproxy,nginx,envoy,haproxy:default",
        rounds: 3,
        at_once: 4,
    },
];

/// Programs and files of a run.
pub(crate) struct Place<'a> {
    pub(crate) evenkeel: &'a Path,
    pub(crate) envoy: &'a Path,
    pub(crate) drills: &'a Path,
}

/// Runs a scenario with everybody, some at a time: a drill's servers wait instead of working, so
/// that several fit on a core, and what disturbs one disturbs those beside it. The rounds are
/// interleaved.
pub(crate) fn run(
    place: &Place<'_>,
    drill: &Drill,
    rounds: u64,
    cores: usize,
) -> Result<Scenario, Fault> {
    let contenders: Vec<&str> = drill.contenders.split(',').collect();
    let rounds = drill.rounds.min(rounds);
    eprintln!("{}: {rounds} round(s) of {} on sockets", drill.name, contenders.len());
    let jobs = (1..=rounds).flat_map(|round| (0..contenders.len()).map(move |at| (round, at)));
    let jobs: Mutex<Vec<(u64, usize)>> = Mutex::new(jobs.rev().collect());
    let done: Mutex<BTreeMap<(u64, usize), Result<Value, Fault>>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..drill.at_once * cores {
            scope.spawn(|| {
                loop {
                    let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).pop();
                    let Some((round, at)) = job else { break };
                    let told = one(place, drill, contenders[at], round);
                    done.lock().unwrap_or_else(PoisonError::into_inner).insert((round, at), told);
                }
            });
        }
    });
    let mut scenario = Scenario::new(drill.name);
    for told in done.into_inner().unwrap_or_else(PoisonError::into_inner).into_values() {
        scenario.take(&told?);
    }
    Ok(scenario)
}

fn one(place: &Place<'_>, drill: &Drill, contender: &str, seed: u64) -> Result<Value, Fault> {
    let file = place.drills.join(format!("{}.toml", drill.name));
    let mut command = Command::new(place.evenkeel);
    command.args(["drill", "run", "--format", "json", "--for", drill.length]);
    command.args(["--balancer", contender, "--seed", &seed.to_string()]).arg(file);
    said(command.env(envoy::VARIABLE, place.envoy))
}
