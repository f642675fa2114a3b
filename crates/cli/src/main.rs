//! The `evenkeel` command: one sub-command, one file.

// Printing panics when nobody reads any more.
#![cfg_attr(not(test), warn(clippy::print_stdout, clippy::print_stderr))]

mod admin;
mod alarms;
mod approve;
mod audit;
mod audit_again;
mod audited;
mod audits;
mod check;
mod demo;
mod diagnose;
mod drill;
mod end;
mod events;
mod explain;
mod firewall;
mod folder;
mod formats;
mod import;
mod judged;
mod limits;
mod load;
mod logs;
mod moment;
mod output;
mod page;
mod predict;
mod reload;
mod rewrite;
mod running;
mod scenario;
mod serve;
mod shares;
mod sim;
mod status;
mod table;
mod top;
mod traffic;
mod unusable;
mod visible;
mod window;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// glibc's allocator gives little back and takes locks; this one does neither.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An HTTP load balancer that keeps traffic even, and proves it.
#[derive(Parser)]
#[command(name = "evenkeel", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Args),
    Check(check::Args),
    Demo(demo::Args),
    Status(status::Args),
    Top(top::Args),
    Shares(shares::Args),
    Reload(reload::Args),
    Alarms(alarms::Args),
    Diagnose(diagnose::Args),
    Approve(approve::Args),
    Events(events::Args),
    Audits(audits::Args),
    Audit(audit::Args),
    Explain(explain::Args),
    Sim(sim::Args),
    Drill(drill::Args),
    Load(Box<load::Args>),
    Firewall(firewall::Args),
    Predict(predict::Args),
    Import(import::Args),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Serve(args) => serve::run(&args),
        Command::Check(args) => check::run(args),
        Command::Demo(args) => demo::run(args),
        Command::Status(args) => status::run(args),
        Command::Top(args) => top::run(args),
        Command::Shares(args) => shares::run(&args),
        Command::Reload(args) => reload::run(args),
        Command::Alarms(args) => alarms::run(args),
        Command::Diagnose(args) => diagnose::run(args),
        Command::Approve(args) => approve::run(args),
        Command::Events(args) => events::run(args),
        Command::Audits(args) => audits::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Sim(args) => sim::run(&args),
        Command::Drill(args) => drill::run(&args),
        Command::Load(args) => load::run(&args),
        Command::Firewall(args) => firewall::run(&args),
        Command::Predict(args) => predict::run(&args),
        Command::Import(args) => import::run(&args),
    }
}
