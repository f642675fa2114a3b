//! Installs what only a Python package carries, in an environment of its own.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::fault::Fault;
use crate::packages;
use crate::process::{answer, keep};

/// A package may be a hundred megabytes.
const LIMIT: Duration = Duration::from_secs(600);

/// Makes an environment at a place and installs a package there, without what it depends on.
pub(crate) fn install(place: &Path, package: &str) -> Result<(), Fault> {
    println!("installing {package} (pip) ...");
    if answer("python3", &["-c", "import ensurepip, venv"]).is_none() {
        packages::ensure_anyway(&["python3-venv"])?;
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(place), package)?;
    let quietly = ["install", "--quiet", "--disable-pip-version-check", "--no-deps", package];
    run(Command::new(place.join("bin").join("pip")).args(quietly), package)
}

fn run(command: &mut Command, package: &str) -> Result<(), Fault> {
    let outcome = keep(command, LIMIT)?;
    if outcome.success {
        return Ok(());
    }
    Err(Fault::new(format!("{package} cannot be installed")).detail(outcome.output))
}
