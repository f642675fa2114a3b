//! `evenkeel reload`: has a running balancer read its configuration again.

use std::process::ExitCode;

use crate::admin::{Admin, outcome};

/// Have a running balancer read its configuration again.
///
/// The whole file is checked first; when anything in it is wrong, nothing changes.
/// Exits with 0 when it is in force, with 1 when it was refused, and with 2 when the admin
/// listener gives no answer.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  evenkeel check -c evenkeel.toml && evenkeel reload
  evenkeel reload --by deploy-17
  evenkeel reload --admin 10.0.0.5:9900")]
pub(crate) struct Args {
    #[command(flatten)]
    admin: Admin,

    /// Your name, or the program's; without, events and diagnoses name the address.
    #[arg(long, value_name = "NAME", default_value = "")]
    by: String,
}

pub(crate) fn run(args: Args) -> ExitCode {
    outcome(args.admin.reload(&args.by))
}
