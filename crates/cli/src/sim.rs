//! `evenkeel sim`: plays a scenario in virtual time, with the deciding core that serves.

mod judged;

use std::process::ExitCode;
use std::time::Instant;

use clap::Subcommand;
use sim::{Cast, Report, Rival, Script};

use crate::output;
use crate::scenario::{self, Choice, Format, Ran, Which};

/// Play scenarios in virtual time
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(RunArgs),
}

/// Play a scenario: users, servers and faults in virtual time, decided by Evenkeel's own core
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The figures count from the end of the warm-up. `excess` is latency beyond the request's own
demand on an idle server of full speed: the part that balancing can change. `moved` are answers
from another server than the same user's answer before.

Exit codes: 0 as the file expects, 99 not as it expects, 1 no such scenario, 2 usage.

Examples:
  evenkeel sim run drills/two-of-five-slow.toml
  evenkeel sim run drills/outage-2024-05-01.toml --against haproxy-leastconn,sed --seeds 5
  evenkeel sim run drills/unbound/outage-2023-11-04.toml --judge
  evenkeel sim run drills/homogeneous.toml --format json")]
struct RunArgs {
    #[command(flatten)]
    which: Which,

    /// Policies to compare with; `all`: every one there is
    #[arg(long, value_name = "POLICY,..", value_delimiter = ',', value_parser = against)]
    against: Vec<Choice<Rival>>,

    /// First seed; the same seed gives the same figures
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// How many seeds to play, one after the other, from the first one on
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    seeds: u64,

    /// Also say what the balancer would notice of it by itself: alarms, and their causes
    #[arg(long)]
    judge: bool,

    /// How the result is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

fn against(name: &str) -> Result<Choice<Rival>, String> {
    Choice::read(name, |name| {
        let found = Rival::all().into_iter().find(|rival| rival.name() == name);
        found.ok_or_else(|| {
            let known: Vec<String> = Rival::all().iter().map(|known| known.name()).collect();
            format!("there are {} and all", known.join(", "))
        })
    })
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    let Command::Run(args) = &args.command;
    let script = match args.which.read() {
        Ok(script) => script,
        Err(message) => {
            output::complain(message);
            return ExitCode::FAILURE;
        }
    };
    let begun = Instant::now();
    let ran: Vec<Ran> = cast(&script, &args.against)
        .iter()
        .enumerate()
        .map(|(nth, (name, cast))| {
            let judged = (args.judge && nth == 0).then(|| judged::play(&script, cast, args.seed));
            let (report, noticed) = match judged {
                Some((report, noticed)) => (report, Some(noticed)),
                None => (play(&script, cast, args), None),
            };
            Ran { name: name.clone(), report, invalid: None, noticed }
        })
        .collect();
    let requests: u64 = ran.iter().map(|one| one.report.begun).sum();
    let millions = requests as f64 / 1e6 / begun.elapsed().as_secs_f64().max(1e-9);
    let seeds = if args.seeds == 1 { String::new() } else { format!("{} seeds, ", args.seeds) };
    let how = format!("{seeds}{millions:.2} million requests played per second");
    scenario::conclude(&script, &ran, &how, args.format)
}

/// Evenkeel first, then whom it is compared with.
fn cast(script: &Script, against: &[Choice<Rival>]) -> Vec<(String, Cast)> {
    let rivals = Choice::expand(against, &Rival::all()).into_iter();
    let ours = ("evenkeel".to_owned(), Cast::Ours(Box::new(script.pool.clone())));
    std::iter::once(ours).chain(rivals.map(|one| (one.name(), one.cast(&script.pool)))).collect()
}

fn play(script: &Script, cast: &Cast, args: &RunArgs) -> Report {
    let mut report = sim::play(&script.scenario, cast, args.seed);
    for more in 1..args.seeds {
        report.add(&sim::play(&script.scenario, cast, args.seed.wrapping_add(more)));
    }
    report
}

#[cfg(test)]
mod tests;
