//! `evenkeel approve`: somebody stands for the settings in force.

use std::process::ExitCode;

use ledger::ApprovalOrder;

use crate::admin::{Admin, outcome};

/// Approve the settings in force of a running balancer.
///
/// What decides who gets how much (weights, capacities, endpoints, persistence, policy) and was
/// changed without approval raises an alarm until it is approved or put back.
/// Exits with 0 when it is approved, with 1 when it was refused, and with 2 when the admin listener
/// gives no answer.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  evenkeel approve --by ada --reason 'web3 is twice as large now'
  evenkeel approve --by ada --digest $(sha256sum evenkeel.toml | cut -c1-12)")]
pub(crate) struct Args {
    #[command(flatten)]
    admin: Admin,

    /// Your name.
    #[arg(long, value_name = "NAME")]
    by: String,

    /// Why.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,

    /// The file that is meant, by the beginning of its SHA-256; refused where another one is in
    /// force.
    #[arg(long, value_name = "HEX", default_value = "")]
    digest: String,
}

pub(crate) fn run(args: Args) -> ExitCode {
    let Args { admin, by, reason, digest } = args;
    outcome(admin.order("approvals", &ApprovalOrder { by, reason, digest }))
}
