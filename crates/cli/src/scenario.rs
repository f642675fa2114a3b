//! What `sim` and `drill` share: scenario files, and the figures of those who ran them.

mod choice;
mod show;

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::ValueEnum;
use config::Span;
use sim::{Report, Script, Verdict};

use crate::output;

pub(crate) use choice::Choice;

/// How a result is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: a table of who did how well
    Text,
    /// For scripts: one JSON object on the last line of stdout
    Json,
}

/// Somebody's run.
pub(crate) struct Ran {
    pub(crate) name: String,
    pub(crate) report: Report,
    /// Why nothing can be concluded from it.
    pub(crate) invalid: Option<String>,
    /// What it noticed of what happened to it, where it judges itself.
    pub(crate) noticed: Option<drill::Noticed>,
}

/// Not as the file expects; as load generators say it.
const NOT_AS_EXPECTED: u8 = 99;
/// The run itself went wrong: it says nothing about anybody.
const INVALID: u8 = 3;

/// Which scenario, and for how long.
#[derive(Debug, clap::Args)]
pub(crate) struct Which {
    /// The scenario
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// How long it lasts, instead of what the file says
    #[arg(long = "for", value_name = "TIME")]
    length: Option<Span>,
}

impl Which {
    /// Reads the file, or says what is wrong with it.
    pub(crate) fn read(&self) -> Result<Script, String> {
        let mut script = read(&self.file)?;
        if let Some(length) = self.length {
            let length = Duration::from_nanos(length.as_nanos());
            script.end_after(length).map_err(|error| format!("--for: {error}"))?;
        }
        Ok(script)
    }
}

/// Reads a scenario file, or says what is wrong with it.
pub(crate) fn read(file: &Path) -> Result<Script, String> {
    let named = |what: &dyn Display| format!("{}: {what}", file.display());
    let text = std::fs::read_to_string(file).map_err(|error| named(&error))?;
    Script::parse(&text).map_err(|error| named(&error))
}

/// Shows everybody's figures, and judges the first one's. `how` says how they came about.
pub(crate) fn conclude(script: &Script, ran: &[Ran], how: &str, format: Format) -> ExitCode {
    let verdict = script.expect.judge(&ran[0].report);
    let invalid =
        ran.iter().find_map(|one| one.invalid.as_deref().map(|why| (one.name.as_str(), why)));
    let text = match format {
        Format::Text => show::text(script, ran, (&verdict, invalid), how),
        Format::Json => show::json(script, ran, (&verdict, invalid)),
    };
    let shown = output::print(&text);
    match verdict {
        _ if shown != ExitCode::SUCCESS => shown,
        _ if invalid.is_some() => ExitCode::from(INVALID),
        Verdict::Fail(_) => ExitCode::from(NOT_AS_EXPECTED),
        Verdict::Pass => shown,
    }
}
