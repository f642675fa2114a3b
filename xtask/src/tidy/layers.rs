//! Dependencies between the crates run down only, and some crates may not know some things.

use std::collections::BTreeSet;
use std::path::Path;

use crate::tidy::finding::Finding;
use crate::tidy::source::Source;
use crate::workspace::Package;

const WHY: &str = "arrows run down only, see docs/architecture.md";
const PURE_WHY: &str = "no clock, no randomness and no I/O can compile there";
const TOKIO_WHY: &str = "sockets live in proxy, drill, console, cli and the benchmarks only";

/// Each crate and the crates right below it; what those reach may be used too.
const ARROWS: &[(&str, &[&str])] = &[
    ("cli", &["console", "ops", "drill", "proxy", "audit", "sim", "foreign", "chart"]),
    ("console", &["ops"]),
    ("ops", &["audit", "ledger", "evenness", "config"]),
    ("drill", &["sim", "ledger", "config"]),
    ("proxy", &["ledger", "config", "balance", "evenness"]),
    ("audit", &["foreign", "ledger", "config", "balance", "evenness"]),
    ("sim", &["config", "balance", "evenness"]),
    ("foreign", &["config", "balance"]),
    ("ledger", &["config", "evenness"]),
    ("config", &["balance"]),
    ("balance", &[]),
    ("evenness", &[]),
    ("chart", &[]),
    ("xtask", &["chart", "sim"]),
];

/// Crates that depend on nothing at all; what their tests need is left free.
const PURE: [&str; 2] = ["balance", "evenness"];
const MAY_USE_TOKIO: [&str; 5] = ["proxy", "drill", "console", "cli", "xtask"];

/// Judges the manifests of the workspace's crates.
pub(crate) fn check(members: &[&Package], root: &Path) -> Vec<Finding> {
    members.iter().flat_map(|package| check_crate(package, root)).collect()
}

/// `balance` compiles without the standard library, which keeps clock and I/O out of reach.
pub(crate) fn check_no_std(source: &Source) -> Option<Finding> {
    let says_so = source.syntax.attrs.iter().any(|attribute| attribute.path().is_ident("no_std"));
    (source.path == "crates/balance/src/lib.rs" && !says_so).then(|| {
        Finding::new(&source.path, 1, "`balance` is not `#![no_std]`".to_owned(), PURE_WHY)
    })
}

fn check_crate(package: &Package, root: &Path) -> Vec<Finding> {
    let manifest = package.manifest_path.strip_prefix(root).unwrap_or(&package.manifest_path);
    let path = manifest.to_string_lossy();
    let name = package.name.as_str();
    let Some(below) = below(name) else {
        let what = format!("`{name}` has no place in the order of the crates");
        return vec![Finding::new(&path, 1, what, WHY)];
    };
    let mut findings = Vec::new();
    for dependency in &package.dependencies {
        let other = dependency.name.as_str();
        let for_tests = dependency.kind.as_deref() == Some("dev");
        if dependency.path.is_some() && !below.contains(other) {
            let what = format!("`{name}` may not depend on `{other}`");
            findings.push(Finding::new(&path, 1, what, WHY));
        }
        if PURE.contains(&name) && !for_tests {
            let what = format!("`{name}` depends on `{other}`, it may depend on nothing");
            findings.push(Finding::new(&path, 1, what, PURE_WHY));
        }
        if (other == "tokio" || other.starts_with("tokio-")) && !MAY_USE_TOKIO.contains(&name) {
            let what = format!("`{name}` may not use {other}");
            findings.push(Finding::new(&path, 1, what, TOKIO_WHY));
        }
    }
    findings
}

/// All crates that may be used by one, or nothing when the crate is not in the table.
fn below(name: &str) -> Option<BTreeSet<&'static str>> {
    let direct = |name: &str| ARROWS.iter().find(|(upper, _)| *upper == name);
    let mut open: Vec<&str> = direct(name)?.1.to_vec();
    let mut reached = BTreeSet::new();
    while let Some(lower) = open.pop() {
        if reached.insert(lower) {
            open.extend(direct(lower).into_iter().flat_map(|(_, lower)| *lower));
        }
    }
    Some(reached)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::sample;
    use crate::workspace::Dependency;

    fn fires(name: &str, dependency: Dependency) -> bool {
        let package = Package {
            name: name.into(),
            manifest_path: "/r/crates/a/Cargo.toml".into(),
            dependencies: vec![dependency],
            ..Package::default()
        };
        let findings = check(&[&package], Path::new("/r"));
        assert!(findings.iter().all(|finding| finding.path == "crates/a/Cargo.toml"));
        !findings.is_empty()
    }

    fn ours(name: &str) -> Dependency {
        Dependency { name: name.into(), path: Some("x".into()), kind: None }
    }

    fn outside(name: &str, kind: Option<&str>) -> Dependency {
        Dependency { name: name.into(), path: None, kind: kind.map(Into::into) }
    }

    #[test]
    fn arrows_run_down() {
        assert!(!fires("cli", ours("balance")));
        assert!(!fires("console", ours("ledger")));
        assert!(!fires("proxy", ours("config")));
        assert!(fires("config", ours("proxy")));
        assert!(fires("proxy", ours("console")));
        assert!(fires("ops", ours("proxy")));
        assert!(fires("sim", ours("proxy")));
        assert!(fires("evenness", ours("balance")));
        assert!(fires("newcomer", ours("config")));
    }

    #[test]
    fn the_core_is_pure() {
        assert!(fires("balance", outside("libm", None)));
        assert!(!fires("balance", outside("proptest", Some("dev"))));
        let path = "crates/balance/src/lib.rs";
        assert!(check_no_std(&sample(path, "//! A b.\n")).is_some());
        assert!(check_no_std(&sample(path, "//! A b.\n#![no_std]\n")).is_none());
        assert!(check_no_std(&sample("crates/config/src/lib.rs", "//! A b.\n")).is_none());
    }

    #[test]
    fn tokio_stays_where_the_sockets_are() {
        assert!(!fires("proxy", outside("tokio", None)));
        assert!(fires("config", outside("tokio", None)));
        assert!(fires("ledger", outside("tokio-util", None)));
    }

    #[test]
    fn the_table_itself_has_no_circle() {
        for (name, _) in ARROWS {
            assert!(!below(name).unwrap().contains(name), "{name} reaches itself");
        }
    }
}
