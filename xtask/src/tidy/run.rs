//! Runs every rule over the tree and prints what breaks one.

use std::collections::BTreeSet;
use std::path::Path;

use crate::fault::Fault;
use crate::tidy::finding::Finding;
use crate::tidy::source::{Source, TextFile, text_files};
use crate::tidy::{head, layers, length, names, open_ends, reach, shape, text};
use crate::workspace::{Metadata, metadata};

pub(crate) fn run(root: &Path) -> Result<(), Fault> {
    let files = text_files(root)?;
    let metadata = metadata(root, &["--no-deps"])?;
    let mut findings = check(&files, &metadata, root);
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    println!("tidy: {} files checked, {} findings", files.len(), findings.len());
    match findings.is_empty() {
        true => Ok(()),
        false => Err(Fault::new("the tree is not tidy").hint("each line above names one place")),
    }
}

fn check(files: &[TextFile], metadata: &Metadata, root: &Path) -> Vec<Finding> {
    let mut findings: Vec<Finding> = files.iter().flat_map(text::check).collect();
    let mut sources = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
        match Source::parse(file) {
            Ok(source) => sources.push(source),
            Err(finding) => findings.push(finding),
        }
    }
    for source in &sources {
        findings.extend(head::check(source));
        findings.extend(length::check(source));
        findings.extend(shape::check(source));
        findings.extend(open_ends::check(source));
        findings.extend(names::check(source));
        findings.extend(layers::check_no_std(source));
    }
    let members: Vec<_> = metadata.members().collect();
    findings.extend(layers::check(&members, root));
    findings.extend(reach::check(&sources, &roots(metadata, root), &folders(metadata, root)));
    findings
}

/// The files that cargo starts from, relative to the root.
fn roots(metadata: &Metadata, root: &Path) -> BTreeSet<String> {
    let targets = metadata.members().flat_map(|package| &package.targets);
    targets.map(|target| relative(&target.src_path, root)).collect()
}

/// The folders of the workspace's crates, each with a slash at its end.
fn folders(metadata: &Metadata, root: &Path) -> Vec<String> {
    let manifests = metadata.members().map(|package| relative(&package.manifest_path, root));
    manifests.map(|path| path.trim_end_matches("Cargo.toml").to_owned()).collect()
}

fn relative(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned()
}
