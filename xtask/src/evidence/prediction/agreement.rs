//! The table of methods: every request where a method is certain, shares where it draws.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::told::{Case, Found};

/// Configurations that each method must have been tried with.
pub(super) const CASES_MIN: usize = 20;
/// Requests of each of them.
pub(super) const REQUESTS_MIN: u64 = 2000;
/// How far a share may be from the predicted one, in points.
pub(super) const POINTS_MAX: f64 = 2.0;

/// All cases of one method.
#[derive(Debug, Default)]
pub(super) struct Row {
    cases: usize,
    requests: u64,
    /// The fewest of a case.
    requests_min: u64,
    servers_max: u64,
    agreed: u64,
    points: f64,
}

type Rows = BTreeMap<(String, String), Row>;

/// Methods whose every pick is told, and those whose shares are.
pub(super) fn rows(cases: &[Case]) -> (Rows, Rows) {
    let (mut certain, mut drawn) = (Rows::new(), Rows::new());
    for case in cases {
        let key = (case.product.clone(), case.method.clone());
        let row = match case.found {
            Found::Agreed(agreed) => {
                let row = certain.entry(key).or_default();
                row.agreed += agreed;
                row
            }
            Found::Points(points) => {
                let row = drawn.entry(key).or_default();
                row.points = row.points.max(points);
                row
            }
        };
        row.requests_min =
            if row.cases == 0 { case.requests } else { row.requests_min.min(case.requests) };
        row.cases += 1;
        row.requests += case.requests;
        row.servers_max = row.servers_max.max(case.servers);
    }
    (certain, drawn)
}

/// Whether the promise holds for each method.
pub(super) fn holds(certain: &Rows) -> bool {
    let enough = |row: &Row| row.cases >= CASES_MIN && row.requests_min >= REQUESTS_MIN;
    !certain.is_empty() && certain.values().all(|row| row.agreed == row.requests && enough(row))
}

/// The largest distance of all.
pub(super) fn farthest(drawn: &Rows) -> f64 {
    drawn.values().map(|row| row.points).fold(0.0, f64::max)
}

/// Requests, and those that reached the predicted server.
pub(super) fn sums(certain: &Rows) -> (u64, u64) {
    let sum = |of: fn(&Row) -> u64| certain.values().map(of).sum();
    (sum(|row| row.requests), sum(|row| row.agreed))
}

pub(super) fn tables(text: &mut String, certain: &Rows, drawn: &Rows) {
    *text += "\n## Methods that are certain\n\n| | method | configurations | servers, up to | \
              requests | on the predicted server |\n|---|---|---:|---:|---:|---:|\n";
    for ((product, method), row) in certain {
        let Row { cases, requests, servers_max, agreed, .. } = row;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {product} | {method} | {cases} | {servers_max} | {requests} | {agreed} |"
        );
    }
    *text += "\n## Methods that draw\n\nWhat they draw cannot be known. Before each request the \
              prediction says how likely each server is, with what is under way at it by then; \
              the sums are held against what each server got.\n\n| | method | configurations | \
              servers, up to | requests | largest distance of a share, points |\n\
              |---|---|---:|---:|---:|---:|\n";
    for ((product, method), row) in drawn {
        let Row { cases, requests, servers_max, points, .. } = row;
        let _ = writeln!(
            text,
            "| {product} | {method} | {cases} | {servers_max} | {requests} | {points:.2} |"
        );
    }
}
