//! `cargo xtask evidence crowd`: plays a log's busiest hours at once, and as large an attack.

use std::path::{Path, PathBuf};

use clap::Args;
use sha2::{Digest, Sha256};

use super::page::{self, Source};
use super::script::{self, Crowd};
use super::{hours, play};
use crate::fault::Fault;
use crate::process::answer;
use crate::workspace::build_release;
use crate::{children, report};

pub(crate) const EXAMPLES: &str = "Examples:
  cargo xtask evidence crowd access.log --source https://example.org/access.log
  cargo xtask evidence crowd access.log --rounds 1 --out -   shown, not written";

/// Options of `cargo xtask evidence crowd`.
#[derive(Args, Clone)]
pub(crate) struct CrowdOptions {
    /// An access log of a day or more, common or combined.
    log: PathBuf,
    /// Where others find it, for the report.
    #[arg(long, value_name = "WHERE", default_value = "a log of one's own")]
    source: String,
    /// Hours that are played together.
    #[arg(long, value_name = "NUMBER", default_value_t = 4)]
    at_once: usize,
    /// How often each crowd is played.
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    rounds: usize,
    /// A program that is built already.
    #[arg(long, value_name = "FILE")]
    evenkeel: Option<PathBuf>,
    /// Where the report goes; `-` is standard output.
    #[arg(long, value_name = "FILE", default_value = "docs/evidence/crowd.md")]
    out: PathBuf,
}

/// Plays the log and writes the report.
pub(crate) fn crowd(root: &Path, options: &CrowdOptions) -> Result<(), Fault> {
    let unreadable =
        |error| Fault::new(format!("cannot read {}", options.log.display())).detail(error);
    let bytes = std::fs::read(&options.log).map_err(unreadable)?;
    let hours = hours::read(&String::from_utf8_lossy(&bytes))?;
    let evenkeel = match &options.evenkeel {
        Some(program) => program.clone(),
        None => build_release(root, "cli", "evenkeel")?,
    };
    children::end_on_signals()?;
    let mut rounds = Vec::new();
    for who in [Crowd::People, Crowd::Machines] {
        let script = script::write(&hours, who, options.at_once);
        if script.usual == 0 {
            return Err(Fault::new("no hour of the log is quieter than the others"));
        }
        for round in 1..=options.rounds {
            eprintln!("{} {round} of {}", who.as_str(), options.rounds);
            rounds.push((who, play::play(&evenkeel, &script)?));
        }
    }
    let digest = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let source = Source {
        name: options.source.clone(),
        digest,
        lines: hours.iter().map(|hour| hour.lines.len()).sum(),
        hours: hours.len(),
        at_once: options.at_once,
        version: answer(&evenkeel.to_string_lossy(), &["--version"]).unwrap_or_default(),
    };
    let script = script::write(&hours, Crowd::People, options.at_once);
    report::write(root, &options.out, &page::markdown(&source, &script, &rounds))
}
