//! `evenkeel status`: what a running balancer does, once.

use std::process::ExitCode;

use crate::admin::Admin;
use crate::output;
use crate::table::{self, Style};

/// Show the pools and endpoints of a running balancer.
///
/// A bar is an endpoint's share of its pool's requests; the mark in it is the share intended.
/// Exits with 0, or with 2 when the admin listener gives no answer.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  evenkeel status
  evenkeel status --admin 10.0.0.5:9900 --format json | jq '.pools[].endpoints[].share_10s'")]
pub(crate) struct Args {
    #[command(flatten)]
    admin: Admin,

    /// A table for people, or the JSON of docs/reference/status.md for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(args: Args) -> ExitCode {
    let status = match args.admin.status() {
        Ok(status) => status,
        Err(failure) => return failure.report(),
    };
    match args.format {
        Format::Text => output::print_coloured(&table::render(&status, None, Style::of_stdout())),
        Format::Json => match serde_json::to_string_pretty(&status) {
            Ok(json) => output::print(&(json + "\n")),
            Err(error) => {
                let what = "the status cannot be written as JSON";
                output::complain(format_args!("{what}\n  detail: {error}"));
                ExitCode::FAILURE
            }
        },
    }
}
