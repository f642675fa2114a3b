//! `evenkeel load`: open-loop traffic to a URL, and a verdict on what came back.

mod args;
mod figures;
mod html;
mod json;
mod live;
mod parse;
mod percentiles;
mod refusal;
mod spec;
mod target;
mod text;
mod threshold;
mod verdict;

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::pin::pin;
use std::process::ExitCode;

use drill::{Report, Stop};

use crate::end::End;
use crate::{limits, output};
use live::Live;
use refusal::Refusal;
use spec::Prepared;
use verdict::{Outcome, Verdict};

pub(crate) use args::Args;

/// Not as the thresholds ask; as load generators say it.
const NOT_AS_ASKED: u8 = 99;
/// The generator fell behind: the figures say nothing about the target.
const INVALID: u8 = 3;

/// How the report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For scripts: one JSON object on one line
    Json,
    /// For people, with charts: one page that needs nothing else
    Html,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    limits::raise_file_limit();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime
        .map_err(|error| Refusal::unable(format!("no runtime can be had: {error}")))
        .and_then(|runtime| runtime.block_on(perform(args)));
    match done {
        Ok(code) => code,
        Err(refusal) => refusal.report(),
    }
}

async fn perform(args: &Args) -> Result<ExitCode, Refusal> {
    let prepared = spec::prepare(args)?;
    let target = target::resolve(&args.url).await?;
    spec::check_reach(args, target)?;
    // Before the load and not after it: an hour's figures need a place to be.
    let out = args.out.as_deref().map(|path| create(path).map(|file| (path, file))).transpose()?;
    let Prepared { load, about, length } = prepared;
    let live = Live::start(load.progress(), length);
    let (report, interrupted) = drive(load, target).await?;
    drop(live);
    let outcome = Outcome::of(about, report, &args.threshold, interrupted);
    let shown = match out {
        None => output::print(&render(&outcome, args.format)),
        Some((path, file)) => {
            // What cannot be kept is shown at least.
            let written = write(path, file, &render(&outcome, args.format));
            let shown = output::print(&text::render(&outcome));
            written?;
            shown
        }
    };
    Ok(match outcome.verdict {
        _ if shown != ExitCode::SUCCESS => shown,
        Verdict::Invalid(_) => ExitCode::from(INVALID),
        Verdict::Fail => ExitCode::from(NOT_AS_ASKED),
        Verdict::Pass => shown,
    })
}

/// Runs the load to its end, or to a signal; answers whether there was one.
async fn drive(load: drill::Load, target: std::net::SocketAddr) -> Result<(Report, bool), Refusal> {
    let mut end = End::take()
        .map_err(|error| Refusal::unable(format!("signals cannot be received: {error}")))?;
    let stop = Stop::new();
    let mut running = pin!(load.run(target, stop.clone()));
    loop {
        tokio::select! {
            report = &mut running => return Ok((report, stop.tripped())),
            name = end.told() => {
                if stop.tripped() {
                    return Err(Refusal::unable(format!("{name} again: ended without a report")));
                }
                output::say(format_args!(
                    "\n{name}: waiting for the requests in flight; once more ends at once\n"
                ));
                stop.trip();
            }
        }
    }
}

fn render(outcome: &Outcome, format: Format) -> String {
    match format {
        Format::Text => text::render(outcome),
        Format::Json => json::render(outcome),
        Format::Html => html::render(outcome),
    }
}

fn create(path: &Path) -> Result<File, Refusal> {
    File::create(path).map_err(|error| Refusal::usage(format!("{}: {error}", path.display())))
}

fn write(path: &Path, mut file: File, text: &str) -> Result<(), Refusal> {
    file.write_all(text.as_bytes())
        .map_err(|error| Refusal::unable(format!("{} cannot be written: {error}", path.display())))
}
