//! `evenkeel check`: says whether a configuration is valid, and all that is wrong with it.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use config::{LoadError, Loaded, Problem, Problems};
use serde_json::{Value, json};

use crate::{output, unusable};

/// Check a configuration file and show all problems at once.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit codes: 0 valid, 1 invalid, 2 unreadable or the result cannot be written.

Example:
  evenkeel check -c /etc/evenkeel/evenkeel.toml")]
pub(crate) struct Args {
    /// The configuration file
    #[arg(short, long, value_name = "FILE", default_value = "evenkeel.toml")]
    config: PathBuf,

    /// How the result is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people: source lines underlined, on stderr; a summary of a valid file on stdout
    Text,
    /// For scripts: one JSON object on stdout
    Json,
}

/// Runs the command.
pub(crate) fn run(args: Args) -> ExitCode {
    let loaded = config::load(&args.config);
    let shown = match args.format {
        Format::Text => show_text(&loaded),
        Format::Json => output::print(&format!("{:#}\n", report(&args.config, &loaded))),
    };
    match &loaded {
        Err(error) if shown == ExitCode::SUCCESS => unusable::exit_code(error),
        // Nobody was told: a script must not take that for an answer.
        _ => shown,
    }
}

fn show_text(loaded: &Result<Loaded, LoadError>) -> ExitCode {
    let color =
        io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    match loaded {
        Ok(loaded) => {
            output::say(loaded.render_warnings(color));
            output::print(&(summary(loaded) + "\n"))
        }
        Err(error) => {
            output::say(unusable::describe(error, color));
            ExitCode::SUCCESS
        }
    }
}

fn summary(loaded: &Loaded) -> String {
    let settings = &loaded.settings;
    let count = |n: usize, noun: &str| format!("{n} {noun}{}", if n == 1 { "" } else { "s" });
    format!(
        "{} is valid: {}, {}, {}",
        loaded.path.display(),
        count(settings.listeners.len(), "listener"),
        count(settings.pools.len(), "pool"),
        count(endpoints(loaded), "endpoint"),
    )
}

fn endpoints(loaded: &Loaded) -> usize {
    loaded.settings.pools.values().map(|pool| pool.endpoints.len()).sum()
}

/// The result as one object. `error` stands only where the file could not be read.
fn report(path: &Path, loaded: &Result<Loaded, LoadError>) -> Value {
    let file = path.display().to_string();
    match loaded {
        Ok(loaded) => json!({
            "file": file,
            "valid": true,
            "digest": loaded.digest,
            "listeners": loaded.settings.listeners.len(),
            "pools": loaded.settings.pools.len(),
            "endpoints": endpoints(loaded),
            "problems": loaded.warnings.iter().map(problem).collect::<Vec<_>>(),
        }),
        Err(LoadError::Invalid(problems)) => json!({
            "file": file,
            "valid": false,
            "problems": Problems::iter(problems).map(problem).collect::<Vec<_>>(),
        }),
        Err(error) => json!({
            "file": file,
            "valid": false,
            "error": error.to_string(),
            "problems": [],
        }),
    }
}

fn problem(problem: &Problem) -> Value {
    let related = problem.related.iter().map(
        |related| json!({ "line": related.line, "column": related.column, "what": related.label }),
    );
    json!({
        "severity": problem.severity.as_str(),
        "code": problem.slug,
        "line": problem.line,
        "column": problem.column,
        "what": problem.what,
        "why": problem.why,
        "hint": problem.hint,
        "related": related.collect::<Vec<_>>(),
    })
}
