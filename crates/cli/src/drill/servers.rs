//! `evenkeel drill servers`: a scenario's servers alone, for whatever balancer is put before them.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use drill::{Control, start_servers};

use crate::end::End;
use crate::limits;
use crate::output;
use crate::scenario;

/// Start a scenario's servers and nothing else, until Ctrl-C
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each server has its slots, its queue and its speed; a request is as much work as the scenario's
requests are, or as many microseconds as its header x-work-us says. Answers carry the server's name
in x-origin. What the scenario lets happen does not happen: faults come by calls to --control, and
every one ends by itself, after an hour at most. The control address asks nobody who he is.

  GET /faults                  what is in force, and how much longer
  PUT /faults/NAME             one fault, e.g. {\"slower\": 3.0, \"for\": \"10s\"}; or fails_fast
                               \"200us\", errors 0.3, hangs, killed, probe_fails true
  DELETE /faults[/NAME]        all is well again

Exit codes: 0 after Ctrl-C, 1 no such scenario or an address that is taken, 2 usage.

Example:
  evenkeel drill servers drills/sticky.toml --listen 127.0.0.1:8081 --control 127.0.0.1:8080
  curl -X PUT 127.0.0.1:8080/faults/web3 -d '{\"slower\": 3.0, \"for\": \"10s\"}'")]
pub(super) struct Args {
    /// The scenario
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Where the first server listens, the others at the ports that follow; port 0: at free ones
    #[arg(long, value_name = "HOST:PORT", default_value_t = (Ipv4Addr::LOCALHOST, 0).into())]
    listen: SocketAddr,

    /// Where calls are taken that break servers; nowhere when absent
    #[arg(long, value_name = "HOST:PORT")]
    control: Option<SocketAddr>,
}

pub(super) fn run(args: &Args) -> ExitCode {
    limits::raise_file_limit();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let served = runtime
        .map_err(|error| format!("no runtime can be had: {error}"))
        .and_then(|runtime| runtime.block_on(serve(args)));
    served.unwrap_or_else(|message| {
        output::complain(message);
        ExitCode::FAILURE
    })
}

async fn serve(args: &Args) -> Result<ExitCode, String> {
    let script = scenario::read(&args.file)?;
    let mut end = End::take().map_err(|error| format!("signals cannot be taken: {error}"))?;
    let origins = start_servers(&script, args.listen).await.map_err(|error| error.to_string())?;
    let origins = Arc::new(origins);
    let mut text = String::new();
    for (origin, server) in origins.iter().zip(&script.scenario.servers) {
        let (name, slots) = (origin.name(), server.slots);
        text += &format!("{name} http://{} with {slots} slots\n", origin.addr());
    }
    let mut control = None;
    if let Some(address) = args.control {
        let started = Control::start(Arc::clone(&origins), address).await;
        let started = control.insert(started.map_err(|error| error.to_string())?);
        text += &format!("control http://{}/faults\n", started.addr());
    }
    let shown = output::print(&text);
    if shown == ExitCode::SUCCESS {
        output::say("Ctrl-C ends them.\n");
        end.told().await;
    }
    Ok(shown)
}
