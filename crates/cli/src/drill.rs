//! `evenkeel drill`: runs a scenario on real sockets, before Evenkeel or another balancer.

mod check;
mod servers;

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use clap::Subcommand;
use drill::{Contender, Drill, DrillReport, Stop};
use sim::Script;

use crate::end::End;
use crate::folder::Folder;
use crate::limits;
use crate::output;
use crate::scenario::{self, Choice, Format, Ran, Which};

/// Run scenarios on real sockets
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(RunArgs),
    Check(check::Args),
    Servers(servers::Args),
}

/// Run a scenario: real servers with queues and faults, a real balancer, users who do not wait
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The requests are those that `evenkeel sim run` plays with the same seed. Each balancer named is
started before servers of its own, one after the other, with one worker. A bare name is the best
setting that needs no knowledge of the scenario; NAME:default is how most people run it. HAProxy,
nginx and Envoy must be installed; Envoy is also found by its file in EVENKEEL_ENVOY. The figures
mean what they mean there.

Balancers: evenkeel; haproxy, haproxy:default, haproxy:random2, haproxy:queued, haproxy:bounded,
haproxy:spill, haproxy:timeout; nginx, nginx:default, nginx:random2, nginx:timeout; envoy,
envoy:default, envoy:fullscan, envoy:bounded, envoy:timeout; all: every one that fits the scenario.

Exit codes: 0 as the file expects, 99 not as it expects, 3 invalid: the generator fell behind,
1 no such scenario or balancer, 2 usage.

Examples:
  evenkeel drill run drills/fails-fast.toml
  evenkeel drill run drills/two-of-five-slow.toml --balancer evenkeel,haproxy,nginx
  evenkeel drill run drills/sticky.toml --balancer evenkeel,haproxy,haproxy:default,envoy")]
struct RunArgs {
    #[command(flatten)]
    which: Which,

    /// Balancers, each NAME or NAME:SETTING; the first one is judged
    #[arg(
        long,
        value_name = "BALANCER,..",
        value_delimiter = ',',
        default_value = "evenkeel",
        value_parser = balancer
    )]
    balancer: Vec<Choice<Contender>>,

    /// Seed of the requests
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// How the result is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

fn balancer(name: &str) -> Result<Choice<Contender>, String> {
    Choice::read(name, |name| name.parse().map_err(|error: drill::Error| error.to_string()))
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    match &args.command {
        Command::Run(args) => play(args),
        Command::Check(args) => check::run(args),
        Command::Servers(args) => servers::run(args),
    }
}

fn play(args: &RunArgs) -> ExitCode {
    match ran(args) {
        Ok((script, ran)) => {
            let how = format!("real sockets, seed {}", args.seed);
            scenario::conclude(&script, &ran, &how, args.format)
        }
        Err(message) => {
            output::complain(message);
            ExitCode::FAILURE
        }
    }
}

fn ran(args: &RunArgs) -> Result<(Script, Vec<Ran>), String> {
    let script = args.which.read()?;
    // Every user of a sticky scenario holds a connection, and the balancer each of them too.
    limits::raise_file_limit();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("no runtime can be had: {error}"))?;
    let contenders = chosen(&args.balancer, &script);
    // Before the first run and not before the last: what cannot run takes no figures with it.
    for contender in &contenders {
        let folder = folder()?;
        let fits = contender.fits(&script).and_then(|()| contender.check(&script, folder.path()));
        fits.map_err(|error| error.to_string())?;
    }
    let mut ran = Vec::new();
    for contender in contenders {
        let drilled = runtime.block_on(drill(&script, contender, args))?;
        let DrillReport { report, invalid, noticed } = drilled;
        ran.push(Ran { name: contender.to_string(), report, invalid, noticed });
    }
    Ok((script, ran))
}

fn folder() -> Result<Folder, String> {
    Folder::create("drill").map_err(|error| format!("no folder can be made: {error}"))
}

/// Those who are named; `all` are all that fit the scenario.
fn chosen(choices: &[Choice<Contender>], script: &Script) -> Vec<Contender> {
    let fitting: Vec<Contender> = Contender::all().filter(|one| one.fits(script).is_ok()).collect();
    Choice::expand(choices, &fitting)
}

async fn drill(
    script: &Script,
    contender: Contender,
    args: &RunArgs,
) -> Result<DrillReport, String> {
    let folder = folder()?;
    let drill = Drill::new(script, contender, folder.path(), args.seed);
    let drill = drill.map_err(|error| error.to_string())?;
    let end = End::take().map_err(|error| format!("signals cannot be taken: {error}"))?;
    let (stop, now) = (Stop::new(), Stop::new());
    let told = (end, stop.clone(), now.clone());
    let watched = tokio::spawn(watch(drill.progress(), contender, told));
    let report = tokio::select! {
        report = drill.run(stop.clone()) => report.map_err(|error| error.to_string()),
        () = now.wait() => Err("ended at once".to_owned()),
    };
    watched.abort();
    if std::io::stderr().is_terminal() {
        output::draw("\r\x1b[K");
    }
    let report = report?;
    if stop.tripped() {
        return Err("ended early".to_owned());
    }
    Ok(report)
}

/// Tells how far it is, and ends it when told to: when all are answered, or at once when told
/// again. The balancer's process must not outlive it.
async fn watch(
    progress: std::sync::Arc<drill::Progress>,
    contender: Contender,
    (mut end, stop, now): (End, Stop, Stop),
) {
    let terminal = std::io::stderr().is_terminal();
    loop {
        tokio::select! {
            _ = end.told() => {
                if stop.tripped() {
                    return now.trip();
                }
                stop.trip();
                continue;
            }
            () = tokio::time::sleep(Duration::from_secs(1)), if terminal => {}
            () = std::future::pending(), if !terminal => {}
        }
        let counts = progress.now();
        let requests = counts.requests;
        output::say(format_args!(
            "\r{contender}: {requests} requests, {} failed, {} late\x1b[K",
            counts.failed, counts.late
        ));
    }
}
