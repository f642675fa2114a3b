//! `cargo xtask evidence audit`: holds the audit against configurations of public repositories.

use std::path::{Path, PathBuf};

use clap::Args;

use super::page::{self, Programs};
use super::survey;
use super::verdict::Bench;
use super::{collection, review, rows};
use crate::fault::Fault;
use crate::process::{answer, cargo, show};
use crate::workspace::metadata;
use crate::{children, envoy, packages, report};

pub(crate) const EXAMPLES: &str = "Examples:
  cargo xtask evidence audit --files DIR                  all of it, about three minutes
  cargo xtask evidence audit --files DIR --found FILE     what was found as well, to review it

DIR has the files as haproxy/OWNER+NAME/PATH, nginx/OWNER+NAME/PATH and envoy/OWNER+NAME/PATH.
Root is needed: each file gets a file system of its own, in which what it names is put in place.";

/// Options of `cargo xtask evidence audit`.
#[derive(Args, Clone)]
pub(crate) struct AuditOptions {
    /// The collection; none of it is part of the repository.
    #[arg(long, value_name = "DIR")]
    files: PathBuf,
    /// What was thought of findings that were looked at.
    #[arg(long, value_name = "FILE", default_value = "docs/evidence/audit-review.tsv")]
    review: PathBuf,
    /// Where the report goes; `-` is standard output.
    #[arg(long, value_name = "FILE", default_value = "docs/evidence/audit.md")]
    out: PathBuf,
    /// Where the list of files goes.
    #[arg(long, value_name = "FILE", default_value = "docs/evidence/audit-files.tsv")]
    list: PathBuf,
    /// Where every finding goes, one a line.
    #[arg(long, value_name = "FILE")]
    found: Option<PathBuf>,
}

/// Asks the real programs and ours about every file, and writes the report.
pub(crate) fn audit(root: &Path, options: &AuditOptions) -> Result<(), Fault> {
    packages::ensure(&[packages::HAPROXY, packages::NGINX])?;
    if !Path::new("/usr/lib/nginx/modules/ngx_http_echo_module.so").exists() {
        packages::ensure_anyway(&["nginx-extras"])?;
    }
    let envoy = envoy::ensure(root)?.canonicalize().map_err(unusable)?;
    children::end_on_signals()?;
    if !show(&mut cargo(root, &["build", "--quiet", "-p", "cli"]))? {
        return Err(Fault::new("the command does not build"));
    }
    let evenkeel = metadata(root, &["--no-deps"])?.target_directory.join("debug/evenkeel");
    let judgements = review::read(&root.join(&options.review))?;
    let files = options.files.canonicalize().map_err(unusable)?;
    let entries = collection::read(&files)?;
    let seen = survey::all(&entries, &evenkeel, &Bench::new(&envoy)?)?;
    if let Some(found) = &options.found {
        report::write(root, found, &rows::findings(&seen))?;
    }
    report::write(root, &options.list, &rows::files(&seen))?;
    let programs = Programs {
        haproxy: first_line(answer("haproxy", &["-v"])),
        nginx: first_line(answer("nginx", &["-v"])),
        envoy: version(&first_line(answer(&envoy.to_string_lossy(), &["--version"]))),
    };
    report::write(root, &options.out, &page::markdown(&seen, &judgements, &programs))
}

fn unusable(error: std::io::Error) -> Fault {
    Fault::new("cannot find the collection or Envoy").detail(error)
}

fn first_line(answer: Option<String>) -> String {
    let text = answer.unwrap_or_default();
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or("of no known version").to_owned()
}

/// Envoy begins with the file it was started from.
fn version(line: &str) -> String {
    let own = line.split_once("version:").map_or(line, |(_, own)| own);
    format!("Envoy version: {}", own.trim())
}
