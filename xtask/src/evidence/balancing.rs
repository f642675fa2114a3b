//! `cargo xtask evidence balancing`: every scenario in virtual time, the main ones on sockets.

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::evidence::page::{self, Extent};
use crate::evidence::runs::Scenario;
use crate::fault::Fault;
use crate::process::answer;
use crate::report;
use crate::workspace::build_release;
use crate::{children, envoy, packages};

pub(crate) const EXAMPLES: &str = "Examples:
  cargo xtask evidence balancing                        all of it, about an hour
  cargo xtask evidence balancing --quick                fewer seeds, one round: 25 minutes
  cargo xtask evidence balancing --live none --out -    in virtual time alone, a minute";

/// Options of `cargo xtask evidence balancing`.
#[derive(Args, Clone)]
pub(crate) struct BalancingOptions {
    /// Two seeds instead of eight, one round instead of three.
    #[arg(long)]
    quick: bool,
    /// Scenarios to run on real sockets as well; all that can be when absent, `none` for none.
    #[arg(long, value_name = "NAME,..", value_delimiter = ',')]
    live: Vec<String>,
    /// Where the report goes; `-` is standard output.
    #[arg(long, value_name = "FILE", default_value = "docs/evidence/balancing.md")]
    out: PathBuf,
}

/// Scenarios that are run on real sockets as well, and with whom: everybody as most people run
/// it, and in the best settings.
const LIVE: [(&str, &str); 8] = [
    ("homogeneous", FREE),
    ("two-of-five-slow", FREE),
    ("ten-times-slower", TIMED),
    ("fails-fast", FREE),
    ("sticky", STICKY),
    ("nat", STICKY),
    ("outage-2024-05-01", STICKY),
    ("reload", "evenkeel,haproxy,nginx,envoy"),
];

const FREE: &str = "evenkeel,haproxy,nginx,envoy,envoy:fullscan,haproxy:default,nginx:default,\
                    envoy:default";
const TIMED: &str = "evenkeel,haproxy,nginx,envoy,envoy:fullscan,haproxy:timeout,nginx:timeout,\
                     envoy:timeout,haproxy:default,nginx:default,envoy:default";
const STICKY: &str = "evenkeel,haproxy,haproxy:spill,haproxy:bounded,nginx,envoy,envoy:bounded,\
                      haproxy:default,nginx:default,envoy:default";

impl BalancingOptions {
    fn wants(&self, name: &str) -> bool {
        self.live.is_empty() || self.live.iter().any(|wanted| wanted == name)
    }
}

/// Runs everything and writes the report.
pub(crate) fn balancing(root: &Path, options: &BalancingOptions) -> Result<(), Fault> {
    let (seeds, rounds) = if options.quick { (2, 1) } else { (8, 3) };
    let evenkeel = build_release(root, "cli", "evenkeel")?;
    let wanted: Vec<_> = LIVE.iter().filter(|(name, _)| options.wants(name)).collect();
    let mut envoy = PathBuf::new();
    if !wanted.is_empty() {
        packages::ensure(&[packages::HAPROXY, packages::NGINX])?;
        envoy = envoy::ensure(root)?;
    }
    children::end_on_signals()?;
    let drills = root.join("drills");
    let mut simulated = Vec::new();
    for file in scenarios(&drills)? {
        simulated.push(simulate(&evenkeel, &file, seeds)?);
    }
    let mut live = Vec::new();
    for (name, balancers) in wanted {
        let file = drills.join(format!("{name}.toml"));
        live.push(drill((&evenkeel, &envoy), &file, balancers, rounds)?);
    }
    let program = evenkeel.to_string_lossy();
    let version = answer(&program, &["--version"]).unwrap_or_default();
    let text = page::markdown(&simulated, &live, &Extent { seeds, rounds, version });
    report::write(root, &options.out, &text)
}

fn scenarios(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
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

fn simulate(evenkeel: &Path, file: &Path, seeds: u64) -> Result<Scenario, Fault> {
    let mut scenario = Scenario::new(&name_of(file));
    eprintln!("{}: {seeds} seeds in virtual time", scenario.name);
    let path = file.to_string_lossy();
    for seed in 1..=seeds {
        let seed = seed.to_string();
        let arguments =
            ["sim", "run", &path, "--against", "all", "--seed", &seed, "--format", "json"];
        scenario.run(Command::new(evenkeel).args(arguments))?;
    }
    Ok(scenario)
}

/// Rounds are interleaved: what disturbs one disturbs everybody in it.
fn drill(
    (evenkeel, envoy): (&Path, &Path),
    file: &Path,
    balancers: &str,
    rounds: u64,
) -> Result<Scenario, Fault> {
    let mut scenario = Scenario::new(&name_of(file));
    let path = file.to_string_lossy();
    for round in 1..=rounds {
        eprintln!("{}: round {round} of {rounds} with {balancers}", scenario.name);
        let seed = round.to_string();
        let arguments =
            ["drill", "run", &path, "--balancer", balancers, "--seed", &seed, "--format", "json"];
        let mut command = Command::new(evenkeel);
        scenario.run(command.args(arguments).env(envoy::VARIABLE, envoy))?;
    }
    Ok(scenario)
}
