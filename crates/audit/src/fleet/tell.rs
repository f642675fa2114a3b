//! Tells differences: what differs, and which file is the odd one out.

use std::path::Path as File;

use foreign::Span;

use super::compare::{Cell, Row, value};
use crate::finding::Finding;
use crate::rules::{DRIFT, named};

/// A finding for each difference; the first one says who differs most.
pub(super) fn told(files: &[&File], rows: &[Row]) -> Vec<Finding> {
    let mut odd = vec![0; files.len()];
    let mut found: Vec<Finding> = Vec::new();
    for row in rows {
        let groups = groups(&row.cells);
        groups.iter().filter(|it| !it.is_norm).flat_map(|it| &it.members).for_each(|at| {
            odd[*at] += 1;
        });
        found.push(finding(files, row, &groups));
    }
    let most = odd.iter().copied().max().unwrap_or(0);
    let is_alone = odd.iter().filter(|count| **count == most).count() == 1;
    let worst = odd.iter().position(|count| *count == most).filter(|_| is_alone && files.len() > 2);
    if let (Some(first), Some(at)) = (found.first_mut(), worst) {
        let (name, all) = (files[at].display(), rows.len());
        first.notes.push(format!("the odd one out is `{name}`, in {most} of {all} differences"));
    }
    found
}

/// Configurations that say the same.
struct Group<'r> {
    value: Option<&'r str>,
    members: Vec<usize>,
    /// Whether these are more than of any other group.
    is_norm: bool,
}

/// The fewest first.
fn groups(cells: &[Cell]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| **cell != Cell::Nowhere) {
        match groups.iter_mut().find(|group| group.value == value(cell)) {
            Some(group) => group.members.push(at),
            None => groups.push(Group { value: value(cell), members: vec![at], is_norm: false }),
        }
    }
    groups.sort_by_key(|group| group.members.len());
    if let [.., second, last] = groups.as_mut_slice() {
        last.is_norm = last.members.len() > second.members.len();
    }
    groups
}

fn finding(files: &[&File], row: &Row, groups: &[Group<'_>]) -> Finding {
    let is_order = groups.iter().any(|group| group.value.is_some_and(|it| it.contains('\n')));
    let is_thing = groups.iter().any(|group| group.value == Some(""));
    let phrase = |group: &Group<'_>| match group.value {
        None if is_thing => "is missing".to_owned(),
        None => "is not set".to_owned(),
        Some("") => "is there".to_owned(),
        Some(_) if is_order && group.is_norm => "are in their order".to_owned(),
        Some(_) if is_order => "are in another order".to_owned(),
        Some(value) => format!("is `{value}`"),
    };
    let told: Vec<String> =
        groups.iter().map(|group| format!("{} in {}", phrase(group), who(files, group))).collect();
    let what = format!("{} {}", subject(row), told.join(", and "));
    let places: Vec<(usize, Span)> = groups
        .iter()
        .flat_map(|group| &group.members)
        .filter_map(|at| match row.cells[*at] {
            Cell::Said(_, Some(span)) => Some((*at, span)),
            _ => None,
        })
        .collect();
    let finding = Finding::new(&DRIFT, what).at(places.first().map(|(_, span)| *span));
    places.iter().skip(1).fold(finding, |finding, (at, span)| {
        let said = value(&row.cells[*at]).filter(|value| !is_order && !value.is_empty());
        let text = said.map_or_else(|| "here".to_owned(), |value| format!("`{value}` here"));
        finding.related(*span, text)
    })
}

fn who(files: &[&File], group: &Group<'_>) -> String {
    match group.members.as_slice() {
        members if group.is_norm => format!("the other {}", members.len()),
        members => named(members.iter().map(|at| files[*at].display().to_string())),
    }
}

/// `` `backend portal / server web1`: `weight` ``.
fn subject(row: &Row) -> String {
    let name = row.names.first().and_then(|path| path.last()).map_or("", String::as_str);
    let around = row.names.iter().filter(|path| path.len() > 1);
    let around = named(around.map(|path| path[..path.len() - 1].join(" / ")));
    match around.as_str() {
        "" => format!("`{name}`"),
        _ => format!("{around}: `{name}`"),
    }
}
