//! The reference pages name what the listener shows, no more and no less.

use std::collections::BTreeSet;

use serde_json::Value;

use super::client::listen;
use super::sample::{source, status};

const METRICS: &str = include_str!("../../../../docs/reference/metrics.md");
const STATUS: &str = include_str!("../../../../docs/reference/status.md");

/// The first cells of a page's tables that are code, each with the cell after it.
fn rows(page: &str) -> BTreeSet<(String, String)> {
    let cells = page.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
        let name = cells.next()?.trim_end_matches('`');
        Some((name.to_owned(), cells.next()?.to_owned()))
    });
    cells.collect()
}

// Goal: metrics.md is current. Method: compare its names and types with a page's.
#[tokio::test]
async fn metrics_are_documented() {
    let page = listen(source()).await.get("/metrics").await.body;
    let shown = page.lines().filter_map(|line| line.strip_prefix("# TYPE ")).map(|line| {
        let (name, kind) = line.split_once(' ').unwrap();
        (name.to_owned(), kind.to_owned())
    });
    assert_eq!(rows(METRICS), shown.collect());
}

fn paths(prefix: &str, value: &Value, found: &mut BTreeSet<String>) {
    const NAMED_BY_DATA: [&str; 3] = ["refused", "pools[].errors", "pools[].endpoints[].picks"];
    match value {
        Value::Object(fields) if !NAMED_BY_DATA.contains(&prefix) => {
            for (name, value) in fields {
                let dot = if prefix.is_empty() { "" } else { "." };
                paths(&format!("{prefix}{dot}{name}"), value, found);
            }
        }
        Value::Array(items) if items.first().is_some_and(Value::is_object) => {
            items.iter().for_each(|item| paths(&format!("{prefix}[]"), item, found));
        }
        _ => {
            found.insert(prefix.to_owned());
        }
    }
}

// Goal: status.md is current. Method: compare its field paths with a status's.
#[test]
fn status_is_documented() {
    let mut shown = BTreeSet::new();
    paths("", &serde_json::to_value(status()).unwrap(), &mut shown);
    let documented = rows(STATUS).into_iter().map(|(name, _)| name).collect();
    assert_eq!(shown, documented);
}
