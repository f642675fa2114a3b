//! `cargo xtask evidence diagnosis`: plays the corpus, and writes what came of it.

use std::path::{Path, PathBuf};

use clap::Args;

use super::case::{Case, HELD_OUT};
use super::kind::Kind;
use super::plays::Stage;
use super::{fit, page, plays};
use crate::fault::Fault;
use crate::process::answer;
use crate::workspace::build_release;
use crate::{children, report};

pub(crate) const EXAMPLES: &str = "Examples:
  cargo xtask evidence diagnosis                    the corpus, under 10 minutes
  cargo xtask evidence diagnosis --floor            and drills on real sockets, 40 more
  cargo xtask evidence diagnosis --quick --out -    a fifth of it, shown
  cargo xtask evidence diagnosis --show flood:2     one case's scenario, as a file
  cargo xtask evidence diagnosis --fit              what the weights of evidence would be";

/// Options of `cargo xtask evidence diagnosis`.
#[derive(Args, Clone)]
pub(crate) struct DiagnosisOptions {
    /// A fifth of the seeds.
    #[arg(long)]
    quick: bool,
    /// Play a case of each kind on real sockets, too.
    #[arg(long)]
    floor: bool,
    /// Print the decibans that the fitting half suggests, instead of the report.
    #[arg(long)]
    fit: bool,
    /// Print the scenario of one case, and do nothing else.
    #[arg(long, value_name = "KIND:SEED")]
    show: Option<String>,
    /// A program that is built already.
    #[arg(long, value_name = "FILE")]
    evenkeel: Option<PathBuf>,
    /// Where the report goes; `-` is standard output.
    #[arg(long, value_name = "FILE", default_value = "docs/evidence/diagnosis.md")]
    out: PathBuf,
}

/// Plays the corpus and writes the report.
pub(crate) fn diagnosis(root: &Path, options: &DiagnosisOptions) -> Result<(), Fault> {
    if let Some(wanted) = &options.show {
        print!("{}", shown(wanted)?.text);
        return Ok(());
    }
    let evenkeel = match &options.evenkeel {
        Some(program) => program.clone(),
        None => build_release(root, "cli", "evenkeel")?,
    };
    children::end_on_signals()?;
    let played = plays::play(&evenkeel, Stage::Simulator, corpus(options.quick, options.fit))?;
    if options.fit {
        print!("{}", fit::table(&played));
        return Ok(());
    }
    let version = answer(&evenkeel.to_string_lossy(), &["--version"]).unwrap_or_default();
    let drilled = match options.floor {
        true => plays::play(&evenkeel, Stage::Floor, drills())?,
        false => Vec::new(),
    };
    report::write(root, &options.out, &page::markdown(&played, &drilled, &version))
}

fn shown(wanted: &str) -> Result<Case, Fault> {
    let parts = wanted
        .split_once(':')
        .and_then(|(kind, seed)| Some(Case::new(Kind::by_name(kind)?, seed.parse().ok()?)));
    parts.ok_or_else(|| Fault::new(format!("no case is called `{wanted}`")).hint("see the report"))
}

/// The first of every kind that is held out, played where everything is real.
fn drills() -> Vec<Case> {
    let kinds = Kind::FAULTS.into_iter().filter(|kind| kind.is_for_the_floor());
    kinds.map(|kind| Case::new(kind, HELD_OUT)).collect()
}

/// Healthy hours first: they take longest. Of both, as many are held out as are there to look at.
fn corpus(quick: bool, fitting_alone: bool) -> Vec<Case> {
    let (faults, healthy) = if quick { (6, 1) } else { (30, 11) };
    let cases = |kinds: &'static [Kind], from: u64, seeds: u64| {
        let of = move |kind| (from..from + seeds).map(move |seed| Case::new(kind, seed));
        kinds.iter().flat_map(move |&kind| of(kind))
    };
    let fitting = cases(&Kind::FAULTS, 1, faults);
    if fitting_alone {
        return fitting.collect();
    }
    let healthy = cases(&Kind::HEALTHY, HELD_OUT, healthy);
    healthy.chain(cases(&Kind::FAULTS, HELD_OUT, faults)).chain(fitting).collect()
}
