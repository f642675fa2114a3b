//! `evenkeel shares`: who carried how much in a stretch of the past.

mod clients;
mod csv;
mod figures;
mod json;
mod text;
mod time;
mod who;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use config::Span;
use ledger::{Store, StoreError};

use crate::moment::{Moment, now_s};
use crate::{output, unusable};
use figures::{PoolFigures, pool_figures};
use time::Stretch;

/// Exit code when nothing was measured, or the history cannot be read.
const NOTHING: u8 = 1;
/// Exit code of a question that makes no sense.
const USAGE: u8 = 2;

/// Show how requests were shared out in a stretch of the past
///
/// Reads the history that `evenkeel serve` keeps in its state directory: every second for an hour,
/// every ten for a day, every minute for five weeks. A balancer may be running or not. A bar is an
/// endpoint's share of its pool's attempts; the mark in it is the share intended.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
TIME is how long ago (30m, 2h30m), a moment (2026-05-01T12:00, UTC unless it says +02:00), or
seconds since 1970.

Exit codes: 0 shown, 1 nothing was measured then or there is no history, 2 usage.

Examples:
  evenkeel shares -c /etc/evenkeel/evenkeel.toml
  evenkeel shares --since 15m --pool portal
  evenkeel shares --since 2026-05-01T08:00 --until 2026-05-01T12:00 --format csv --step 1m
  evenkeel shares --state-dir /var/lib/evenkeel --format json | jq '.pools[].jain'")]
pub(crate) struct Args {
    /// The configuration whose `server.state_dir` is read
    #[arg(short, long, value_name = "FILE", default_value = "evenkeel.toml")]
    config: PathBuf,

    /// The state directory itself
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    state_dir: Option<PathBuf>,

    /// From when on; a length counts back from --until
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = Moment::parse)]
    since: Moment,

    /// Until when; now unless given
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    until: Option<Moment>,

    /// This pool only
    #[arg(long, value_name = "NAME")]
    pool: Option<String>,

    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// A row for each so long part, with --format csv; the whole time unless given. What is old is
    /// kept in longer steps, and has rows as long as those
    #[arg(long, value_name = "LENGTH", value_parser = time::step)]
    step: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Tables for people
    Text,
    /// One object
    Json,
    /// A header, and a line for each endpoint and step
    Csv,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    let now_s = now_s();
    let stretch = match stretch(args, now_s) {
        Ok(stretch) => stretch,
        Err(what) => return refuse(USAGE, &what),
    };
    let dir = match state_dir(args) {
        Ok(dir) => dir,
        Err(code) => return code,
    };
    match show(args, &dir, stretch) {
        Ok(code) => code,
        Err(error) => refuse(NOTHING, &format!("{error}\n  hint: {}", error.hint())),
    }
}

fn stretch(args: &Args, now_s: u64) -> Result<Stretch, String> {
    if args.step.is_some() && args.format != Format::Csv {
        return Err("--step needs --format csv".to_owned());
    }
    let until_s = args.until.map_or(now_s, |until| until.before(now_s));
    let from_s = args.since.before(until_s);
    if from_s >= until_s {
        let (from, until) = (ledger::Utc::of(from_s), ledger::Utc::of(until_s));
        return Err(format!("--since ({from}Z) is not before --until ({until}Z)"));
    }
    Ok(Stretch { from_s, until_s })
}

fn state_dir(args: &Args) -> Result<PathBuf, ExitCode> {
    if let Some(dir) = &args.state_dir {
        return Ok(dir.clone());
    }
    config::load(&args.config).map(|loaded| loaded.settings.server.state_dir).map_err(|error| {
        output::say(unusable::describe(&error, false));
        ExitCode::from(USAGE)
    })
}

fn show(args: &Args, dir: &Path, stretch: Stretch) -> Result<ExitCode, StoreError> {
    let store = Store::open_read_only(dir)?;
    let known = store.pools()?;
    let names = match &args.pool {
        Some(pool) if !known.contains(pool) => return Ok(unknown(pool, &known)),
        Some(pool) => vec![pool.clone()],
        None => known,
    };
    // Without a step, one that holds all of the time.
    let step_s = args.step.map(|step| u64::from(step.as_secs_up()));
    let pools = names.into_iter().map(|name| read(&store, name, stretch, step_s));
    let pools = pools.collect::<Result<Vec<Past>, StoreError>>()?;
    let nothing = pools.iter().all(|pool| pool.windows.is_empty());
    let shown = match args.format {
        Format::Text if nothing => return Ok(refuse(NOTHING, &stretch.empty(store.path()))),
        Format::Text => output::print(&text::render(&pools, stretch)),
        Format::Json => output::print(&json::render(&pools, stretch)),
        Format::Csv => output::print(&csv::render(&pools)),
    };
    Ok(if nothing && shown == ExitCode::SUCCESS { ExitCode::from(NOTHING) } else { shown })
}

/// What the history has of a pool: a window for each step that was measured, in their order.
struct Past {
    name: String,
    windows: Vec<PoolFigures>,
}

fn read(
    store: &Store,
    name: String,
    stretch: Stretch,
    step_s: Option<u64>,
) -> Result<Past, StoreError> {
    let Stretch { from_s, until_s } = stretch;
    let windows = match step_s {
        Some(step_s) => store.summed(&name, from_s, until_s, step_s)?,
        None => store.sum(&name, from_s, until_s)?.into_iter().collect(),
    };
    Ok(Past { name, windows: windows.iter().map(pool_figures).collect() })
}

fn unknown(pool: &str, known: &[String]) -> ExitCode {
    let list = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    refuse(NOTHING, &format!("the history has no pool `{pool}`\n  hint: it has {list}"))
}

fn refuse(code: u8, what: &str) -> ExitCode {
    output::complain(what);
    ExitCode::from(code)
}
