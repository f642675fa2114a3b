//! What cargo knows of the workspace: its crates, their dependencies and targets.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::fault::Fault;
use crate::process::{cargo, keep, show};

/// The parts of `cargo metadata` (format version 1) that the chores read.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    pub(crate) workspace_members: Vec<String>,
    pub(crate) target_directory: PathBuf,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) manifest_path: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) targets: Vec<Target>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Nothing, `dev` or `build`.
    pub(crate) kind: Option<String>,
    /// Set for crates of this workspace.
    pub(crate) path: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Target {
    pub(crate) src_path: PathBuf,
}

impl Metadata {
    /// The workspace's own crates.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }
}

/// The folder of the workspace that the current directory lies in.
pub(crate) fn root() -> Result<PathBuf, Fault> {
    let arguments = ["locate-project", "--workspace", "--message-format", "plain"];
    let outcome = keep(&mut cargo(Path::new("."), &arguments), Duration::from_secs(60))?;
    let manifest = PathBuf::from(outcome.output.trim());
    match manifest.parent() {
        Some(root) if outcome.success => Ok(root.to_owned()),
        _ => Err(Fault::new("not inside the workspace")
            .detail(outcome.output)
            .hint("run it from the repository's folder")),
    }
}

/// Builds a package with optimisation; the path of its program.
///
/// Packages are built one by one: built together, each would get the others' dependency features.
pub(crate) fn build_release(root: &Path, package: &str, program: &str) -> Result<PathBuf, Fault> {
    eprintln!("$ cargo build --release -p {package}");
    match show(&mut cargo(root, &["build", "--quiet", "--release", "-p", package]))? {
        true => Ok(metadata(root, &["--no-deps"])?.target_directory.join("release").join(program)),
        false => Err(Fault::new(format!("`{package}` does not build"))),
    }
}

/// Asks cargo; `extra` arguments narrow the answer, for instance to the workspace's own crates.
pub(crate) fn metadata(root: &Path, extra: &[&str]) -> Result<Metadata, Fault> {
    let mut command = cargo(root, &["metadata", "--format-version", "1"]);
    let output = command.args(extra).output();
    let output = output.map_err(|error| Fault::new("cannot start cargo").detail(error))?;
    if !output.status.success() {
        let detail = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Fault::new("`cargo metadata` failed").detail(detail));
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| Fault::new("cannot read what `cargo metadata` printed").detail(error))
}
