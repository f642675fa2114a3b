//! `cargo xtask bench http1`: builds, installs, measures, writes the report.

use std::path::{Path, PathBuf};

use crate::bench::contender::Contender;
use crate::bench::options::{Extent, Http1Options};
use crate::bench::origin::Origin;
use crate::bench::place::{Place, allow_many_files, need_two_cores};
use crate::bench::results::Results;
use crate::bench::scenario::Part;
use crate::bench::{idle, latency, machine, report, rounds};
use crate::children;
use crate::fault::Fault;
use crate::packages;
use crate::workspace::build_release;

/// Measures what was asked for and writes the report; a fault when a measurement is invalid.
pub(crate) fn http1(root: &Path, options: &Http1Options) -> Result<(), Fault> {
    let extent = options.extent();
    need_two_cores()?;
    packages::ensure(&[packages::HAPROXY, packages::NGINX, packages::WRK])?;
    let (tool, evenkeel) = programs(root, options, &extent)?;
    children::end_on_signals()?;
    let versions = machine::versions(root, &evenkeel);
    let results = measure(tool, evenkeel, &extent)?;
    let text = report::markdown(&results, &extent, &versions);
    crate::report::write(root, &options.out, &text)?;
    let invalid = results.invalid();
    match invalid.is_empty() {
        true => Ok(()),
        false => Err(Fault::new("some measurements are not valid").detail(invalid.join("\n"))),
    }
}

fn measure(tool: PathBuf, evenkeel: PathBuf, extent: &Extent) -> Result<Results, Fault> {
    allow_many_files()?;
    let place = Place::new(tool, evenkeel)?;
    let origin = Origin::start(&place)?;
    let mut results = Results::default();
    rounds::measure(&place, &origin, extent, &mut results);
    if extent.parts.contains(&Part::Latency) {
        latency::measure(&place, &origin, extent, &mut results);
    }
    if extent.parts.contains(&Part::Idle) {
        idle::measure(&place, &origin, extent, &mut results);
    }
    Ok(results)
}

/// Paths of this program and of evenkeel, both built with optimisation.
///
/// They are built one by one: built together, each would get the other's dependency features.
fn programs(
    root: &Path,
    options: &Http1Options,
    extent: &Extent,
) -> Result<(PathBuf, PathBuf), Fault> {
    let tool = build_release(root, "xtask", "xtask")?;
    let evenkeel = match &options.evenkeel {
        Some(path) => path.clone(),
        None if extent.contenders.contains(&Contender::Evenkeel) => {
            build_release(root, "cli", "evenkeel")?
        }
        None => PathBuf::new(),
    };
    let is_missing = extent.contenders.contains(&Contender::Evenkeel) && !evenkeel.is_file();
    if is_missing {
        let message = format!("there is no program at {}", evenkeel.display());
        return Err(Fault::new(message).hint("give its path with --evenkeel"));
    }
    Ok((tool, evenkeel))
}
