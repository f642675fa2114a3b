//! `evenkeel drill`: runs a scenario on real sockets, before Evenkeel or another balancer.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Subcommand;
use drill::{Balancer, Drill, DrillReport, Stop};
use sim::Script;

use crate::folder::Folder;
use crate::output;
use crate::scenario::{self, Format, Ran};

/// Run scenarios on real sockets
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(RunArgs),
}

/// Run a scenario: real servers with queues and faults, a real balancer, users who do not wait
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The requests are those that `evenkeel sim run` plays with the same seed. Each balancer named is
started before servers of its own, one after the other; HAProxy and nginx must be installed.
The figures mean what they mean there.

Exit codes: 0 as the file expects, 99 not as it expects, 3 invalid: the generator fell behind,
1 no such scenario or balancer, 2 usage.

Examples:
  evenkeel drill run drills/fails-fast.toml
  evenkeel drill run drills/two-of-five-slow.toml --balancer evenkeel,haproxy,nginx")]
struct RunArgs {
    /// The scenario
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Balancers: evenkeel, haproxy, nginx; the first one is judged
    #[arg(
        long,
        value_name = "BALANCER,..",
        value_delimiter = ',',
        default_value = "evenkeel",
        value_parser = balancer
    )]
    balancer: Vec<Balancer>,

    /// Seed of the requests
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// How the result is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

fn balancer(name: &str) -> Result<Balancer, String> {
    Balancer::ALL
        .into_iter()
        .find(|balancer| balancer.name() == name)
        .ok_or_else(|| "there are evenkeel, haproxy and nginx".to_owned())
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    let Command::Run(args) = &args.command;
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
    let script = scenario::read(&args.file)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("no runtime can be had: {error}"))?;
    let mut all = Vec::new();
    for &balancer in &args.balancer {
        let DrillReport { report, invalid } = runtime.block_on(drill(&script, balancer, args))?;
        all.push(Ran { name: balancer.name(), report, invalid });
    }
    Ok((script, all))
}

async fn drill(script: &Script, balancer: Balancer, args: &RunArgs) -> Result<DrillReport, String> {
    let folder =
        Folder::create("drill").map_err(|error| format!("no folder can be made: {error}"))?;
    let drill = Drill::new(script, balancer, folder.path(), args.seed);
    let drill = drill.map_err(|error| error.to_string())?;
    let stop = Stop::new();
    let watched = tokio::spawn(watch(drill.progress(), balancer, stop.clone()));
    let report = drill.run(stop.clone()).await.map_err(|error| error.to_string());
    watched.abort();
    if std::io::stderr().is_terminal() {
        output::say("\r\x1b[K");
    }
    if stop.tripped() {
        return Err("ended early".to_owned());
    }
    report
}

/// Tells how far it is, and ends it on Ctrl-C.
async fn watch(progress: std::sync::Arc<drill::Progress>, balancer: Balancer, stop: Stop) {
    let terminal = std::io::stderr().is_terminal();
    loop {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => return stop.trip(),
            () = tokio::time::sleep(Duration::from_secs(1)), if terminal => {}
            () = std::future::pending(), if !terminal => {}
        }
        let now = progress.now();
        let (name, requests) = (balancer.name(), now.requests);
        output::say(format_args!(
            "\r{name}: {requests} requests, {} failed, {} late\x1b[K",
            now.failed, now.late
        ));
    }
}
