//! `cargo xtask evidence prediction`: runs the tests that hold predictions against real balancers.

use std::path::{Path, PathBuf};

use clap::Args;

use super::page::{self, Programs};
use super::told::Told;
use crate::fault::Fault;
use crate::process::{answer, cargo, show};
use crate::{children, envoy, packages, report};

pub(crate) const EXAMPLES: &str = "Examples:
  cargo xtask evidence prediction            all of it, about two minutes
  cargo xtask evidence prediction --out -    shown, not written";

/// Names the file to which the tests add what they found.
const VARIABLE: &str = "EVENKEEL_AGREEMENT";
/// Requests one by one, the outage of 2024-05-01 step by step, and the command line by line.
const TESTS: [&[&str]; 3] = [
    &["test", "--quiet", "-p", "foreign", "--test", "real"],
    &["test", "--quiet", "-p", "cli", "--test", "it", "outage::steps"],
    &["test", "--quiet", "-p", "cli", "--test", "it", "predict::real"],
];

/// Options of `cargo xtask evidence prediction`.
#[derive(Args, Clone)]
pub(crate) struct PredictionOptions {
    /// Where the report goes; `-` is standard output.
    #[arg(long, value_name = "FILE", default_value = "docs/evidence/prediction.md")]
    out: PathBuf,
}

/// Runs the tests, and writes the report.
pub(crate) fn prediction(root: &Path, options: &PredictionOptions) -> Result<(), Fault> {
    packages::ensure(&[packages::HAPROXY, packages::NGINX])?;
    let envoy = envoy::ensure(root)?;
    children::end_on_signals()?;
    let folder = tempfile::tempdir().map_err(unusable)?;
    let file = folder.path().join("told");
    for arguments in TESTS {
        let line = arguments.join(" ");
        eprintln!("$ cargo {line}");
        let mut command = cargo(root, arguments);
        if !show(command.env(envoy::VARIABLE, &envoy).env(VARIABLE, &file))? {
            let fault = Fault::new(format!("`cargo {line}` failed"));
            return Err(fault.hint("a request that went elsewhere is told above"));
        }
    }
    let told = Told::read(&std::fs::read_to_string(&file).map_err(unusable)?)?;
    let programs = Programs {
        haproxy: first_line(answer("haproxy", &["-v"])),
        nginx: first_line(answer("nginx", &["-v"])),
        envoy: without_path(&first_line(answer(&envoy.to_string_lossy(), &["--version"]))),
    };
    report::write(root, &options.out, &page::markdown(&told, &programs))
}

fn unusable(error: std::io::Error) -> Fault {
    Fault::new("cannot keep what the tests tell").detail(error)
}

/// What a program says of its version.
fn first_line(answer: Option<String>) -> String {
    let text = answer.unwrap_or_default();
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or("of no known version").to_owned()
}

/// Envoy begins with the file it was started from, which is another one on each machine.
fn without_path(version: &str) -> String {
    let own = version.split_once("version:").map_or(version, |(_, version)| version);
    format!("Envoy version: {}", own.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_names_no_folder() {
        assert_eq!(without_path("/a/b/envoy  version: 12/1.40.0"), "Envoy version: 12/1.40.0");
    }
}
