//! `evenkeel serve`: the balancer in the foreground, until it is told to stop.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use config::LoadError;
use proxy::Server;
use tokio::signal::unix::{SignalKind, signal};

use crate::output::{self, LogSink};
use crate::unusable;

/// Exit code when the balancer cannot start.
const FAILED: u8 = 1;

/// Signals: SIGTERM and SIGINT stop it after its requests, SIGHUP reloads the configuration,
/// SIGUSR1 opens the access log anew.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  evenkeel serve -c evenkeel.toml")]
pub(crate) struct Args {
    /// The configuration file.
    #[arg(short, long, value_name = "FILE", default_value = "evenkeel.toml")]
    config: PathBuf,
    /// How the log on stderr is written.
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    start_log(args.log_format);
    raise_file_limit();
    keep_pages_small();
    let loaded = match config::load(&args.config) {
        Ok(loaded) => loaded,
        Err(error) => return refuse(&error),
    };
    output::say(loaded.render_warnings(coloured()));
    let admin = loaded.settings.server.admin;
    let drain_timeout = loaded.settings.server.drain_timeout.0;
    // Before the data path starts: what cannot be had must not take clients first.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("the admin runtime cannot start: {error}")),
    };
    let admin_listener = match admin.map(|address| bind_admin(&runtime, address)).transpose() {
        Ok(listener) => listener,
        Err(why) => return fail(&why),
    };
    let server = match Server::start(loaded) {
        Ok(server) => server,
        Err(error) => return fail(&error.to_string()),
    };
    for (name, address) in server.listener_addrs() {
        tracing::info!(listener = %name, %address, "listening");
    }
    let source = Arc::new(Process { server: server.clone(), path: args.config.clone() });
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    if let Some(listener) = admin_listener {
        let source = Arc::clone(&source);
        runtime.spawn(async move {
            let stop = async { drop(stopped.await) };
            if let Err(error) = console::serve(listener, source, stop).await {
                tracing::error!(%error, "the admin listener failed");
            }
        });
    }
    let finished = runtime.block_on(async {
        obey_signals(&source).await?;
        tracing::info!("stopping: no new connections, requests in flight finish");
        // Beside the runtime, so that the admin listener answers until the end.
        let draining = tokio::task::spawn_blocking(move || server.shutdown(drain_timeout));
        draining.await.map_err(std::io::Error::other)
    });
    let finished = match finished {
        Ok(finished) => finished,
        Err(error) => return fail(&format!("signals cannot be received: {error}")),
    };
    drop(stop);
    if finished {
        tracing::info!("stopped");
    } else {
        tracing::warn!("stopped with connections left after server.drain_timeout");
    }
    ExitCode::SUCCESS
}

/// Returns when the process is to stop.
async fn obey_signals(process: &Arc<Process>) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut rotate = signal(SignalKind::user_defined1())?;
    loop {
        tokio::select! {
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            _ = rotate.recv() => process.server.reopen_access_log(),
            _ = hang_up.recv() => {
                let process = Arc::clone(process);
                // What it says is logged by the reload itself.
                let _ = tokio::task::spawn_blocking(move || process.reload_logged()).await;
            }
        }
    }
}

/// The running balancer and the file it came from.
struct Process {
    server: Server,
    path: PathBuf,
}

impl Process {
    fn reload_logged(&self) -> Result<String, String> {
        match reload(&self.server, &self.path) {
            Ok(message) => {
                tracing::info!("{message}");
                Ok(message)
            }
            Err(why) => {
                tracing::error!("reload refused, nothing has changed:\n{why}");
                Err(why)
            }
        }
    }
}

impl console::Source for Process {
    fn status(&self) -> ledger::Status {
        self.server.status()
    }

    fn reload(&self) -> Result<String, String> {
        self.reload_logged()
    }
}

/// Reads, checks and applies the file; on any mistake nothing changes.
fn reload(server: &Server, path: &Path) -> Result<String, String> {
    let loaded = config::load(path).map_err(|error| {
        server.note_failed_reload(&error.to_string());
        unusable::describe(&error, false)
    })?;
    let (pools, warnings) = (loaded.settings.pools.len(), loaded.render_warnings(false));
    let digest = loaded.digest[..12].to_owned();
    let waiting = server.apply(loaded).map_err(|error| error.to_string())?;
    let restart = if waiting.is_empty() {
        String::new()
    } else {
        format!("; a restart is needed for {}", waiting.join(", "))
    };
    Ok(format!("reloaded: {pools} pool(s), digest {digest}{restart}{}", pad(&warnings)))
}

fn pad(warnings: &str) -> String {
    if warnings.is_empty() { String::new() } else { format!("\n{warnings}") }
}

fn bind_admin(
    runtime: &tokio::runtime::Runtime,
    address: SocketAddr,
) -> Result<tokio::net::TcpListener, String> {
    runtime.block_on(tokio::net::TcpListener::bind(address)).map_err(|error| {
        format!(
            "the admin listener cannot listen on {address}: {error}\n\
             hint: set `server.admin` to a free address, or to \"off\""
        )
    })
}

/// A balancer holds two descriptors per request: it takes all that the system allows it.
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, current = ?limit.current, "the limit of open files stays");
    }
}

/// The allocator asks for huge pages, and each that is touched costs 2 MB: without them an idle
/// balancer takes half the memory, and a connection what it is worth.
fn keep_pages_small() {
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "huge pages stay");
    }
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

fn refuse(error: &LoadError) -> ExitCode {
    output::say(unusable::describe(error, coloured()));
    unusable::exit_code(error)
}

fn fail(why: &str) -> ExitCode {
    output::complain(why);
    ExitCode::from(FAILED)
}
