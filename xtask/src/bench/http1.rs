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
use crate::process::{cargo, show};
use crate::workspace::metadata;

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
    write(root, &options.out, &text)?;
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
    let target = metadata(root, &["--no-deps"])?.target_directory.join("release");
    build(root, "xtask")?;
    let evenkeel = match &options.evenkeel {
        Some(path) => path.clone(),
        None => {
            if extent.contenders.contains(&Contender::Evenkeel) {
                build(root, "cli")?;
            }
            target.join("evenkeel")
        }
    };
    let is_missing = extent.contenders.contains(&Contender::Evenkeel) && !evenkeel.is_file();
    if is_missing {
        let message = format!("there is no program at {}", evenkeel.display());
        return Err(Fault::new(message).hint("give its path with --evenkeel"));
    }
    Ok((target.join("xtask"), evenkeel))
}

fn build(root: &Path, package: &str) -> Result<(), Fault> {
    eprintln!("$ cargo build --release -p {package}");
    match show(&mut cargo(root, &["build", "--quiet", "--release", "-p", package]))? {
        true => Ok(()),
        false => Err(Fault::new(format!("`{package}` does not build"))),
    }
}

fn write(root: &Path, out: &Path, text: &str) -> Result<(), Fault> {
    if out == Path::new("-") {
        print!("{text}");
        return Ok(());
    }
    let path = root.join(out);
    let unwritable = |error| Fault::new(format!("cannot write {}", path.display())).detail(error);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    std::fs::write(&path, text).map_err(unwritable)?;
    eprintln!("wrote {}", out.display());
    Ok(())
}
