//! `evenkeel check`: says whether a configuration is valid, and all that is wrong with it: what the
//! reader refuses, and what an audit finds.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use audit::{PolicyError, Severity};
use config::{LoadError, Loaded, Problem, Problems};
use serde_json::{Value, json};

use crate::judged::{self, Judged, Unjudged};
use crate::{output, unusable};

/// Check a configuration file and show all problems at once, and what an audit finds in it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A file that is refused here is refused by `serve` and by a reload, too. A comment in it allows what
is right there, with a reason:
  # evenkeel: allow EKW201 until 2027-01-01 -- web1 replaces the others in spring

Exit codes: 0 valid and nothing found that is an error, 1 invalid or an error was found,
2 unreadable or the result cannot be written.

Example:
  evenkeel check /etc/evenkeel/evenkeel.toml")]
pub(crate) struct Args {
    /// The configuration file; `evenkeel.toml` unless given
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,

    /// The same, as `serve` takes it
    #[arg(short, long, value_name = "FILE", conflicts_with = "file")]
    config: Option<PathBuf>,

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
    let named = args.file.or(args.config);
    let path = named.unwrap_or_else(|| PathBuf::from("evenkeel.toml"));
    let judged = judged::load(&path);
    let shown = match args.format {
        Format::Text => show_text(&judged),
        Format::Json => output::print(&format!("{:#}\n", report(&path, &judged))),
    };
    match &judged {
        // Nobody was told: a script must not take that for an answer.
        _ if shown != ExitCode::SUCCESS => shown,
        Err(why) => why.exit_code(),
        Ok(judged) if judged.audit.worst() >= Some(Severity::Error) => unusable::FAULTY.into(),
        Ok(_) => ExitCode::SUCCESS,
    }
}

fn show_text(judged: &Result<Judged, Unjudged>) -> ExitCode {
    let asked = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let colour = asked && io::stderr().is_terminal();
    match judged {
        Ok(judged) => {
            output::say_coloured(judged.loaded.render_warnings(colour));
            let found = judged.text(asked && io::stdout().is_terminal());
            output::print_coloured(&format!("{}\n{found}", summary(&judged.loaded)))
        }
        Err(why) => {
            output::say_coloured(why.describe(colour));
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
fn report(path: &Path, judged: &Result<Judged, Unjudged>) -> Value {
    let file = path.display().to_string();
    match judged {
        Ok(judged @ Judged { loaded, .. }) => json!({
            "file": file,
            "valid": true,
            "digest": loaded.digest,
            "listeners": loaded.settings.listeners.len(),
            "pools": loaded.settings.pools.len(),
            "endpoints": endpoints(loaded),
            "problems": loaded.warnings.iter().map(problem).collect::<Vec<_>>(),
            "audit": judged.object(),
        }),
        Err(Unjudged::Unusable(LoadError::Invalid(problems))) => json!({
            "file": file,
            "valid": false,
            "problems": Problems::iter(problems).map(problem).collect::<Vec<_>>(),
        }),
        Err(Unjudged::Policy(PolicyError::Invalid(problems))) => json!({
            "file": problems.name(),
            "valid": false,
            "problems": Problems::iter(problems).map(problem).collect::<Vec<_>>(),
        }),
        Err(why) => json!({
            "file": file,
            "valid": false,
            "error": why.to_string(),
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
