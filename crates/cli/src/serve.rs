//! `evenkeel serve`: the balancer in the foreground, until it is told to stop.

mod judging;
mod process;
mod signals;
mod watching;

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use config::Loaded;
use evenness::Mixer;
use proxy::{Farewell, Server};
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;

use crate::output::{self, LogSink};
use crate::{judged, limits};
use process::Process;
use signals::{Signals, Told};
use watching::Watching;

/// Exit code when the balancer cannot start.
const FAILED: u8 = 1;

/// A second signal within this time is the first one's echo: `timeout` and some shells send it
/// to the process and to its group.
const ECHO: Duration = Duration::from_millis(250);

/// Serve a website: balance its traffic over the servers of a configuration.
#[derive(clap::Args)]
#[command(after_help = "\
Signals:
  SIGTERM, SIGINT  stop: no new connections, requests in flight finish within
                   server.drain_timeout; a second one ends it at once
  SIGHUP           read the configuration again; a file that `evenkeel check` refuses
                   changes nothing
  SIGUSR1          open the access log anew, after it was moved away

Environment:
  EVENKEEL_LOG     what is logged: error, warn, info (the default), debug or trace, or by part:
                   info,proxy=debug
  NO_COLOR         no colours on a terminal

Exit codes: 0 stopped by a signal, 1 the configuration is not valid, or an error was found in it
that it does not allow, or the balancer cannot start, 2 the configuration cannot be read.

Example:
  evenkeel serve -c evenkeel.toml")]
pub(crate) struct Args {
    /// The configuration file.
    #[arg(short, long, value_name = "FILE", default_value = "evenkeel.toml")]
    config: PathBuf,
    /// How the log on stderr is written: lines for people, or one JSON object per line.
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("the admin runtime cannot start: {error}")),
    };
    // Before anything else: a signal that nobody has asked for yet ends the process.
    let signals = match runtime.block_on(async { Signals::take() }) {
        Ok(signals) => signals,
        Err(error) => return fail(&format!("signals cannot be received: {error}")),
    };
    start_log(args.log_format);
    limits::raise_file_limit();
    limits::keep_pages_small();
    let code = runtime.block_on(serve(args, signals)).unwrap_or_else(|code| code);
    // Whatever hangs on a disk by now does not hold the end up.
    runtime.shutdown_background();
    code
}

async fn serve(args: &Args, mut signals: Signals) -> Result<ExitCode, ExitCode> {
    let path = args.config.clone();
    let loaded = beside(&mut signals, move || judged::fit_to_start(&path)).await?;
    let loaded = loaded.map_err(|unfit| {
        output::say_coloured(unfit.describe(coloured()));
        unfit.exit_code()
    })?;
    output::say_coloured(loaded.render_warnings(coloured()));
    // Before the data path starts: what cannot be had must not take clients first.
    let admin = match loaded.settings.server.admin {
        Some(address) => Some(bind_admin(address).await?),
        None => None,
    };
    // Its files are opened while nobody waits for an answer: a disk that hangs keeps the start.
    let settled = loaded.clone();
    let watching = beside(&mut signals, move || Watching::open(&settled)).await?;
    let is_watched = loaded.settings.server.watch;
    let server = start(loaded, watching.mixer(), &mut signals).await?;
    if let Some(measured) = is_watched.then(|| server.measured()).flatten() {
        watching.follow(measured);
    }
    let process = Arc::new(Process { server, path: args.config.clone(), watching });
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    if let Some(listener) = admin {
        let source = Arc::clone(&process);
        tokio::spawn(async move {
            let stop = async { drop(stopped.await) };
            if let Err(error) = console::serve(listener, source, stop).await {
                tracing::error!(%error, "the admin listener failed");
            }
        });
    }
    loop {
        match signals.next().await {
            Told::Stop => break,
            Told::Reload => process.reload_on_signal(),
            Told::Rotate => process.server.reopen_access_log(),
        }
    }
    drain(&process, &mut signals).await;
    drop(stop);
    let watching = process.watching.clone();
    // Beside the runtime, which does not wait for a disk that hangs.
    drop(spawn_blocking(move || watching.finish()).await);
    Ok(ExitCode::SUCCESS)
}

/// Does what may block beside the signals: told to stop meanwhile, the process ends.
async fn beside<T: Send + 'static>(
    signals: &mut Signals,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ExitCode> {
    let mut working = spawn_blocking(work);
    // Reloads and rotations have nothing to act on yet.
    loop {
        tokio::select! {
            done = &mut working => {
                return done.map_err(|error| fail(&format!("the start broke down: {error}")));
            }
            told = signals.next() => if told == Told::Stop {
                tracing::info!("stopped before it had started");
                return Err(ExitCode::SUCCESS);
            }
        }
    }
}

async fn start(loaded: Loaded, mixer: Mixer, signals: &mut Signals) -> Result<Server, ExitCode> {
    let server = beside(signals, move || Server::start(loaded, mixer)).await?;
    let server = server.map_err(|error| fail(&error.to_string()))?;
    for (name, address) in server.listener_addrs() {
        tracing::info!(listener = %name, %address, "listening");
    }
    Ok(server)
}

/// Lets requests finish, until the time is over or somebody cannot wait.
async fn drain(process: &Arc<Process>, signals: &mut Signals) {
    tracing::info!("stopping: no new connections, requests in flight finish");
    let told_at = Instant::now();
    let server = process.server.clone();
    // Beside the runtime, so that the admin listener answers until the end.
    let mut draining = spawn_blocking(move || server.shutdown(server.drain_timeout()));
    loop {
        tokio::select! {
            ended = &mut draining => return match ended {
                Ok(farewell) => report(farewell),
                Err(error) => tracing::error!(%error, "the stop broke down"),
            },
            told = signals.next() => match told {
                Told::Stop if told_at.elapsed() < ECHO => {}
                Told::Stop => {
                    let connections = process.server.status().connections.open;
                    tracing::warn!(connections, "stopped at once, told so a second time");
                    return;
                }
                Told::Reload => process.reload_on_signal(),
                Told::Rotate => process.server.reopen_access_log(),
            }
        }
    }
}

fn report(farewell: Farewell) {
    if farewell.log_lines_lost > 0 {
        let lines = farewell.log_lines_lost;
        tracing::error!(lines, "the access log's disk takes nothing: its last lines are lost");
    }
    match farewell.connections_left {
        0 => tracing::info!("stopped"),
        connections => {
            tracing::warn!(connections, "stopped with connections left after server.drain_timeout");
        }
    }
}

async fn bind_admin(address: SocketAddr) -> Result<TcpListener, ExitCode> {
    TcpListener::bind(address).await.map_err(|error| {
        fail(&format!(
            "the admin listener cannot listen on {address}: {error}\n\
             hint: set `server.admin` to a free address, or to \"off\""
        ))
    })
}

fn start_log(format: LogFormat) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("EVENKEEL_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(LogSink)
        // It would answer a log that cannot be written with `eprintln!`, which panics then.
        .log_internal_errors(false)
        .with_ansi(coloured());
    match format {
        LogFormat::Text => builder.with_target(false).init(),
        LogFormat::Json => builder.json().init(),
    }
}

fn coloured() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

fn fail(why: &str) -> ExitCode {
    output::complain(why);
    ExitCode::from(FAILED)
}
