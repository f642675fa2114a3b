//! What is shipped, and what of it can be relied upon.

use std::collections::BTreeSet;
use std::path::PathBuf;

const METRICS: &str = include_str!("../../../../../docs/reference/metrics.md");
pub(super) const GUIDE: &str = include_str!("../../../../../docs/guides/monitoring.md");

/// A file that is shipped.
pub(super) fn shipped(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/monitoring")).join(name)
}

pub(super) fn read(name: &str) -> String {
    std::fs::read_to_string(shipped(name)).unwrap()
}

/// Every name under which samples are found: those on the metrics page, and what becomes of
/// histograms.
pub(super) fn exported() -> BTreeSet<String> {
    let mut names = BTreeSet::from(["up".to_owned()]);
    for line in METRICS.lines() {
        let Some((name, rest)) = line.strip_prefix("| `").and_then(|row| row.split_once("` | "))
        else {
            continue;
        };
        match rest.starts_with("histogram") {
            true => names.extend(["_bucket", "_sum", "_count"].map(|end| format!("{name}{end}"))),
            false => drop(names.insert(name.to_owned())),
        }
    }
    names
}
