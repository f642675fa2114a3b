//! Checks the dependencies against `deny.toml`: licences, versions held twice, sources.
//!
//! The file is cargo-deny's, so that people who have cargo-deny can run it for advisories too:
//! those live in a database that has to be fetched, which this gate does not do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use spdx::{Expression, ParseMode};

use crate::fault::Fault;
use crate::process::{cargo, not_started};
use crate::workspace::{Package, metadata};

/// The keys of deny.toml that are read here.
#[derive(Deserialize)]
struct Rules {
    graph: Graph,
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Graph {
    targets: Vec<String>,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    #[serde(default)]
    skip: Vec<Skip>,
}

/// A version that may stand beside a newer one of the same crate.
#[derive(Deserialize)]
struct Skip {
    #[serde(rename = "crate")]
    name_and_version: String,
    reason: String,
}

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(crate) fn run(root: &Path) -> Result<(), Fault> {
    let path = root.join("deny.toml");
    let unreadable =
        |error: &dyn std::fmt::Display| Fault::new("cannot read deny.toml").detail(error);
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(&error))?;
    let rules: Rules = toml::from_str(&text).map_err(|error| unreadable(&error))?;
    let mut built = BTreeSet::new();
    for target in &rules.graph.targets {
        built.extend(built_for(root, target)?);
    }
    let metadata = metadata(root, &[])?;
    let shipped: Vec<&Package> =
        metadata.packages.iter().filter(|package| built.contains(&key(package))).collect();
    let findings = check(&rules, &shipped);
    println!(
        "deny: {} packages checked, {} findings; advisories are not checked here, they need a \
         download (`cargo deny check advisories`)",
        shipped.len(),
        findings.len()
    );
    match findings.is_empty() {
        true => Ok(()),
        false => Err(Fault::new("dependencies break deny.toml").detail(findings.join("\n"))),
    }
}

fn check(rules: &Rules, packages: &[&Package]) -> Vec<String> {
    let mut findings = Vec::new();
    findings.extend(packages.iter().filter_map(|package| licence(&rules.licenses.allow, package)));
    findings.extend(packages.iter().filter_map(|package| source(package)));
    findings.extend(duplicates(&rules.bans.skip, packages));
    findings
}

/// How cargo-deny writes one version of a crate.
fn key(package: &Package) -> String {
    format!("{}@{}", package.name, package.version)
}

/// Everything that is compiled for a platform, what only tests need apart. `cargo metadata` also
/// lists optional dependencies that no feature turns on, `cargo tree` does not.
fn built_for(root: &Path, target: &str) -> Result<BTreeSet<String>, Fault> {
    let mut command = cargo(root, &["tree", "--workspace", "--edges", "normal,build"]);
    command.args(["--prefix", "none", "--format", "{p}", "--target", target]);
    let output = command.output().map_err(|error| not_started(&command, &error))?;
    if !output.status.success() {
        let detail = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Fault::new("`cargo tree` failed").detail(detail));
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(tree_key).collect())
}

/// For instance `syn v3.0.10 (proc-macro)`.
fn tree_key(line: &str) -> Option<String> {
    let (name, rest) = line.split_once(" v")?;
    Some(format!("{name}@{}", rest.split_whitespace().next()?))
}

fn licence(allow: &[String], package: &Package) -> Option<String> {
    let name = format!("{} {}", package.name, package.version);
    let Some(text) = &package.license else {
        return Some(format!("{name}: names no licence"));
    };
    match Expression::parse_mode(text, ParseMode::LAX) {
        Err(error) => Some(format!("{name}: licence `{text}` is no SPDX expression: {error}")),
        Ok(expression) => {
            let allowed = expression.evaluate(|requirement| {
                allow.iter().any(|licence| *licence == requirement.to_string())
            });
            (!allowed).then(|| format!("{name}: licence `{text}` is not allowed"))
        }
    }
}

fn source(package: &Package) -> Option<String> {
    let source = package.source.as_deref()?;
    (source != REGISTRY)
        .then(|| format!("{} {}: comes from {source}", package.name, package.version))
}

fn duplicates(skip: &[Skip], packages: &[&Package]) -> Vec<String> {
    let skipped = |wanted: &str| skip.iter().any(|skip| skip.name_and_version == wanted);
    let mut versions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for package in packages.iter().filter(|package| !skipped(&key(package))) {
        versions.entry(&package.name).or_default().insert(package.version.clone());
    }
    let twice = versions.iter().filter(|(_, held)| held.len() > 1).map(|(name, held)| {
        let held: Vec<&str> = held.iter().map(String::as_str).collect();
        format!("{name}: {} versions ({})", held.len(), held.join(", "))
    });
    let stale = skip.iter().filter_map(|skip| {
        let wanted = &skip.name_and_version;
        if skip.reason.trim().is_empty() {
            return Some(format!("deny.toml skips {wanted} without a reason"));
        }
        let used = packages.iter().any(|package| key(package) == *wanted);
        (!used).then(|| format!("deny.toml skips {wanted}, which is not there"))
    });
    twice.chain(stale).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str, license: Option<&str>) -> Package {
        Package {
            name: name.into(),
            version: version.into(),
            license: license.map(Into::into),
            source: Some(REGISTRY.into()),
            ..Package::default()
        }
    }

    fn findings(skip: &str, packages: &[Package]) -> String {
        let text = format!(
            "[graph]\ntargets = []\n[licenses]\nallow = ['MIT', 'Apache-2.0']\n[bans]\nskip = \
             [{skip}]\n"
        );
        let rules = toml::from_str(&text).unwrap();
        check(&rules, &packages.iter().collect::<Vec<_>>()).join("; ")
    }

    #[test]
    fn licences_are_read_as_expressions() {
        let fires = |licence| findings("", &[package("a", "1.0.0", licence)]);
        assert_eq!(fires(Some("MIT")), "");
        assert_eq!(fires(Some("GPL-3.0-only OR MIT")), "");
        assert_eq!(fires(Some("GPL-2.0/MIT")), "");
        assert_eq!(
            fires(Some("MIT AND Unlicense")),
            "a 1.0.0: licence `MIT AND Unlicense` is not allowed"
        );
        assert_eq!(fires(None), "a 1.0.0: names no licence");
        assert!(fires(Some("what you like")).contains("no SPDX expression"));
    }

    #[test]
    fn two_versions_need_a_reason() {
        let both = [package("a", "1.0.0", Some("MIT")), package("a", "2.0.0", Some("MIT"))];
        assert_eq!(findings("", &both), "a: 2 versions (1.0.0, 2.0.0)");
        assert_eq!(findings("{ crate = 'a@1.0.0', reason = 'b needs it' }", &both), "");
        let unexplained = findings("{ crate = 'a@1.0.0', reason = ' ' }", &both);
        assert_eq!(unexplained, "deny.toml skips a@1.0.0 without a reason");
        let stale = findings("{ crate = 'a@0.9.0', reason = 'gone' }", &both[..1]);
        assert_eq!(stale, "deny.toml skips a@0.9.0, which is not there");
    }

    #[test]
    fn a_foreign_source_is_refused() {
        let mut fork = package("a", "1.0.0", Some("MIT"));
        fork.source = Some("git+https://example.invalid/a".into());
        assert_eq!(findings("", &[fork]), "a 1.0.0: comes from git+https://example.invalid/a");
    }

    #[test]
    fn reads_the_tree() {
        assert_eq!(tree_key("syn v3.0.10 (proc-macro)").as_deref(), Some("syn@3.0.10"));
        assert_eq!(tree_key("balance v0.1.0 (folder) (*)").as_deref(), Some("balance@0.1.0"));
        assert_eq!(tree_key(""), None);
    }
}
