//! `cargo xtask evidence balancing`: every scenario in virtual time, the main ones on sockets.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::evidence::live::{self, DRILLS, Drill, Place};
use crate::evidence::page::{self, Extent};
use crate::evidence::{plots, simulated};
use crate::fault::Fault;
use crate::process::answer;
use crate::report;
use crate::workspace::build_release;
use crate::{children, envoy, packages};

pub(crate) const EXAMPLES: &str = "Examples:
  cargo xtask evidence balancing                        all of it, about 40 minutes
  cargo xtask evidence balancing --quick                fewer seeds, one round: 12 minutes
  cargo xtask evidence balancing --live none --out -    in virtual time alone, a minute";

/// Options of `cargo xtask evidence balancing`.
#[derive(Args, Clone)]
pub(crate) struct BalancingOptions {
    /// Two seeds instead of five, one round instead of three to eight.
    #[arg(long)]
    quick: bool,
    /// Scenarios to run on real sockets as well; all that can be when absent, `none` for none.
    #[arg(long, value_name = "NAME,..", value_delimiter = ',')]
    live: Vec<String>,
    /// Where the report goes, with its pictures beside it; `-` is standard output, without.
    #[arg(long, value_name = "FILE", default_value = "docs/evidence/balancing.md")]
    out: PathBuf,
}

impl BalancingOptions {
    fn wants(&self, name: &str) -> bool {
        self.live.is_empty() || self.live.iter().any(|wanted| wanted == name)
    }
}

/// Runs everything and writes the report.
pub(crate) fn balancing(root: &Path, options: &BalancingOptions) -> Result<(), Fault> {
    let (seeds, rounds) = if options.quick { (2, 1) } else { (5, 8) };
    let evenkeel = build_release(root, "cli", "evenkeel")?;
    let wanted: Vec<&Drill> = DRILLS.iter().filter(|drill| options.wants(drill.name)).collect();
    let mut envoy = PathBuf::new();
    if !wanted.is_empty() {
        packages::ensure(&[packages::HAPROXY, packages::NGINX])?;
        envoy = envoy::ensure(root)?;
    }
    children::end_on_signals()?;
    let drills = root.join("drills");
    let place = Place { evenkeel: &evenkeel, envoy: &envoy, drills: &drills };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut live = Vec::new();
    for drill in wanted {
        live.push(live::run(&place, drill, rounds, cores)?);
    }
    let all = simulated::run(&evenkeel, &drills, seeds)?;
    let program = evenkeel.to_string_lossy();
    let version = answer(&program, &["--version"]).unwrap_or_default();
    let mut plots = vec![plots::knees(&all)];
    if !live.is_empty() {
        plots.insert(0, plots::excess(&live));
        plots.extend(plots::kept(&live));
    }
    let text = page::markdown(&all, &live, &plots, &Extent { seeds, version });
    if let Some(folder) = options.out.parent().filter(|_| options.out != Path::new("-")) {
        plots.iter().try_for_each(|plot| plot.write(root, folder))?;
    }
    report::write(root, &options.out, &text)
}
