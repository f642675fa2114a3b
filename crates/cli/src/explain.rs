//! `evenkeel explain`: a rule's page.

use std::process::ExitCode;

use crate::output;

/// Exit code of a rule that does not exist.
const UNKNOWN: u8 = 2;

/// Explain a rule of `evenkeel audit`: what it finds, why that is bad, and what to do
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Exit codes: 0 explained, 2 there is no such rule.

Examples:
  evenkeel explain EKP101
  evenkeel explain duplicate-persistence-key
  evenkeel explain --list")]
pub(crate) struct Args {
    /// The rule's number or name
    #[arg(required_unless_present = "list", value_name = "RULE")]
    rule: Option<String>,

    /// Show all rules, one a line
    #[arg(long, conflicts_with = "rule")]
    list: bool,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    let Some(word) = &args.rule else { return output::print(&list()) };
    match audit::page(word) {
        Some(doc) => output::print(&doc.to_string()),
        None => {
            output::complain(format_args!("there is no rule `{word}`"));
            output::say("  hint: `evenkeel explain --list` shows all\n");
            ExitCode::from(UNKNOWN)
        }
    }
}

fn list() -> String {
    let line = |doc: &audit::Doc| {
        let severity = doc.severity.as_str();
        format!("{} {severity:<7} {:<30} {}\n", doc.id, doc.name, doc.what)
    };
    audit::pages().into_iter().map(line).collect()
}
