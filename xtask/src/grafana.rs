//! Finds Grafana's own reader of dashboards, or installs it: its foundation SDK, from PyPI.

use std::path::{Path, PathBuf};

use crate::fault::Fault;
use crate::python;
use crate::workspace::metadata;

/// Tells the tests which interpreter has it.
pub(crate) const VARIABLE: &str = "EVENKEEL_GRAFANA_PYTHON";

/// Of the oldest Grafana that the dashboard is for.
const PACKAGE: &str = "grafana-foundation-sdk==1769699796!10.4.0";

/// The interpreter that the environment names, or one of an environment of its own below the target
/// directory, made there where it is missing.
pub(crate) fn ensure(root: &Path) -> Result<PathBuf, Fault> {
    if let Some(place) = std::env::var_os(VARIABLE).filter(|place| !place.is_empty()) {
        return Ok(place.into());
    }
    let tools = metadata(root, &["--no-deps"])?.target_directory.join("tools");
    let place = tools.join("grafana");
    // Written last: an installation that was broken off is made anew.
    let done = place.join("installed");
    if !done.is_file() {
        let hint = format!("install {PACKAGE} by hand, and name its interpreter in {VARIABLE}");
        python::install(&place, PACKAGE).map_err(|fault| fault.hint(&hint))?;
        let written = std::fs::write(&done, PACKAGE);
        written.map_err(|error| Fault::new(error.to_string()).hint(hint))?;
    }
    Ok(place.join("bin").join("python3"))
}
