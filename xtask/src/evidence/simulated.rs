//! Scenarios in virtual time: all of them, one with ever more load, one with ever more balancers.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::evidence::runs::{Scenario, said};
use crate::evidence::variant::Variants;
use crate::fault::Fault;

/// Loads of the sweep, as parts of what the servers can do.
pub(crate) const LOADS: [f64; 9] = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.96, 0.98];
/// Who is in the sweep, besides Evenkeel.
pub(crate) const SWEPT: &str = "jsq,haproxy-leastconn,haproxy-random2,envoy-least-request,\
                                nginx-round-robin,prequal,random";
/// Balancers before the same servers.
pub(crate) const BALANCERS: [usize; 3] = [1, 10, 40];
const SWEEP_SEEDS: u64 = 3;

/// What was played.
#[derive(Default)]
pub(crate) struct Simulated {
    /// Every scenario of the folder.
    pub(crate) scenarios: Vec<Scenario>,
    /// The homogeneous one at each of [`LOADS`].
    pub(crate) sweep: Vec<Scenario>,
    /// The one of many balancers with each of [`BALANCERS`].
    pub(crate) crowd: Vec<Scenario>,
}

/// Plays all.
pub(crate) fn run(evenkeel: &Path, drills: &Path, seeds: u64) -> Result<Simulated, Fault> {
    let variants = Variants::new()?;
    let mut all = Simulated::default();
    for file in files(drills)? {
        all.scenarios.push(play(evenkeel, &file, &name_of(&file), ("all", seeds))?);
    }
    let even = drills.join("homogeneous.toml");
    for load in LOADS {
        let file = variants.with(&even, "load", &load.to_string())?;
        all.sweep.push(play(evenkeel, &file, &load.to_string(), (SWEPT, SWEEP_SEEDS))?);
    }
    let many = drills.join("many-balancers.toml");
    for balancers in BALANCERS {
        let balancers = balancers.to_string();
        let file = variants.with(&many, "balancers", &balancers)?;
        all.crowd.push(play(evenkeel, &file, &balancers, ("all", seeds))?);
    }
    Ok(all)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let unreadable = |error| Fault::new("cannot read the scenarios").detail(error);
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    Ok(files)
}

fn name_of(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn play(
    evenkeel: &Path,
    file: &Path,
    name: &str,
    (against, seeds): (&str, u64),
) -> Result<Scenario, Fault> {
    let mut scenario = Scenario::new(name);
    eprintln!("{name}: {seeds} seeds in virtual time");
    for seed in 1..=seeds {
        let mut command = Command::new(evenkeel);
        command.args(["sim", "run", "--against", against, "--format", "json"]);
        scenario.take(&said(command.args(["--seed", &seed.to_string()]).arg(file))?);
    }
    Ok(scenario)
}
