//! The workspace's own chores: tests with their set-up, the gate, tidiness, benchmarks.

mod bench;
mod children;
mod deny;
mod envoy;
mod evidence;
mod fault;
mod gate;
mod grafana;
mod miri;
mod packages;
mod process;
mod python;
mod report;
mod sarif;
mod suite;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::fault::Fault;

/// The workspace's own chores.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Install what the tests need, then run every test of the workspace.
    Test,
    /// The one gate: format, tidy, deny, clippy, test, doc, miri.
    Ci,
    /// Check what the style guide asks of sources, names, layers and text files.
    Tidy,
    /// Check licences, duplicate versions and sources of dependencies against deny.toml.
    Deny,
    /// Measure against peers in the same run.
    #[command(subcommand)]
    Bench(Bench),
    /// Make the evidence for what the documentation claims.
    #[command(subcommand)]
    Evidence(Evidence),
    /// Forward bytes unread, the floor that the benchmark compares with.
    #[command(hide = true)]
    Relay(bench::RelayOptions),
    /// Send requests at a constant rate and print latencies as one JSON line.
    #[command(hide = true)]
    Load(bench::LoadOptions),
}

#[derive(Subcommand)]
enum Bench {
    /// CPU per request, latency and memory over HTTP/1.1, against HAProxy and nginx.
    #[command(after_help = bench::EXAMPLES)]
    Http1(bench::Http1Options),
}

#[derive(Subcommand)]
enum Evidence {
    /// What an audit makes of configurations that people have, and how often it is wrong.
    #[command(after_help = evidence::AUDIT_EXAMPLES)]
    Audit(evidence::AuditOptions),
    /// How even and how fast, against peers and ideals: every scenario, simulated and live.
    #[command(after_help = evidence::EXAMPLES)]
    Balancing(evidence::BalancingOptions),
    /// Whether people are told from an attack: the busiest hours of an access log, played at once.
    #[command(after_help = evidence::CROWD_EXAMPLES)]
    Crowd(evidence::CrowdOptions),
    /// Whether causes are named, and nobody is woken for nothing: a corpus in virtual time.
    #[command(after_help = evidence::DIAGNOSIS_EXAMPLES)]
    Diagnosis(evidence::DiagnosisOptions),
    /// Whether each request goes where it is predicted to: against the balancers themselves.
    #[command(after_help = evidence::PREDICTION_EXAMPLES)]
    Prediction(evidence::PredictionOptions),
}

fn main() -> ExitCode {
    match run(Cli::parse().chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore) -> Result<(), Fault> {
    match chore {
        Chore::Test => suite::run(&workspace::root()?),
        Chore::Ci => gate::run(&workspace::root()?),
        Chore::Tidy => tidy::run(&workspace::root()?),
        Chore::Deny => deny::run(&workspace::root()?),
        Chore::Bench(Bench::Http1(options)) => bench::http1(&workspace::root()?, &options),
        Chore::Evidence(Evidence::Audit(options)) => evidence::audit(&workspace::root()?, &options),
        Chore::Evidence(Evidence::Balancing(options)) => {
            evidence::balancing(&workspace::root()?, &options)
        }
        Chore::Evidence(Evidence::Crowd(options)) => evidence::crowd(&workspace::root()?, &options),
        Chore::Evidence(Evidence::Diagnosis(options)) => {
            evidence::diagnosis(&workspace::root()?, &options)
        }
        Chore::Evidence(Evidence::Prediction(options)) => {
            evidence::prediction(&workspace::root()?, &options)
        }
        Chore::Relay(options) => bench::relay(&options),
        Chore::Load(options) => bench::load(&options),
    }
}
