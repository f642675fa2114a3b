//! Holds the facts of several configurations against each other.

use std::collections::BTreeSet;

use foreign::{Shift, Span};

use super::fact::{Fact, Facts, Path};

/// What each configuration says of one thing.
pub(super) struct Row {
    /// What it is; several where the same lines say it of several.
    pub(super) names: Vec<Path>,
    /// In the order of the configurations.
    pub(super) cells: Vec<Cell>,
}

/// What one configuration says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Nothing, because the block around it is missing, which is told by itself.
    Nowhere,
    /// Nothing.
    Absent,
    /// This, and where. Of what is just there the value is empty.
    Said(String, Option<Span>),
}

/// All that is not the same everywhere.
pub(super) fn differences(facts: &[Facts], shifts: &[Shift]) -> Vec<Row> {
    let known: BTreeSet<&Path> = facts.iter().flat_map(|it| &it.blocks).collect();
    let paths: BTreeSet<&Path> = facts.iter().flat_map(|it| it.values.keys()).collect();
    let mut rows: Vec<Row> = Vec::new();
    for path in paths {
        let cell = |(facts, shift): (&Facts, &Shift)| match facts.values.get(path) {
            Some(fact) => said(fact, *shift),
            None if has_place(facts, path, &known) => Cell::Absent,
            None => Cell::Nowhere,
        };
        add(&mut rows, path.clone(), facts.iter().zip(shifts).map(cell).collect());
    }
    let kinds: BTreeSet<&Path> = facts.iter().flat_map(|it| it.orders.keys()).collect();
    for kind in kinds {
        if let Some(cells) = orders(facts, shifts, kind) {
            add(&mut rows, kind.clone(), cells);
        }
    }
    rows
}

fn said(fact: &Fact, shift: Shift) -> Cell {
    Cell::Said(fact.value.clone(), fact.span.map(|span| shift.of(span)))
}

/// Whether all blocks around a fact are there.
fn has_place(facts: &Facts, path: &Path, known: &BTreeSet<&Path>) -> bool {
    let around = (1..path.len()).map(|end| path[..end].to_vec());
    let mut blocks = around.filter(|path| known.contains(path));
    blocks.all(|path| facts.blocks.contains(&path))
}

/// The orders of lines, where all have the same lines: others are told line by line.
fn orders(facts: &[Facts], shifts: &[Shift], kind: &Path) -> Option<Vec<Cell>> {
    let lines: Option<Vec<&Vec<Fact>>> = facts.iter().map(|it| it.orders.get(kind)).collect();
    let lines = lines?;
    let texts = |lines: &[Fact]| lines.iter().map(|fact| fact.value.clone()).collect::<Vec<_>>();
    let sorted = |lines: &[Fact]| {
        let mut texts = texts(lines);
        texts.sort();
        texts
    };
    let first = sorted(lines.first()?);
    if lines.iter().any(|lines| sorted(lines) != first) {
        return None;
    }
    let cell = |(lines, shift): (&&Vec<Fact>, &Shift)| {
        let span = lines.first().and_then(|fact| fact.span);
        Cell::Said(texts(lines).join("\n"), span.map(|span| shift.of(span)))
    };
    Some(lines.iter().zip(shifts).map(cell).collect())
}

/// Adds what differs, to a row of the same name and lines where there is one.
fn add(rows: &mut Vec<Row>, path: Path, cells: Vec<Cell>) {
    let told = cells.iter().filter(|cell| **cell != Cell::Nowhere);
    let values: Vec<Option<&str>> = told.map(value).collect();
    if values.windows(2).all(|pair| pair[0] == pair[1]) {
        return;
    }
    let same = rows.iter_mut().find(|row| {
        let named = row.names.first().and_then(|path| path.last());
        named == path.last() && row.cells == cells && has_span(&cells)
    });
    match same {
        Some(row) => row.names.push(path),
        None => rows.push(Row { names: vec![path], cells }),
    }
}

fn has_span(cells: &[Cell]) -> bool {
    cells.iter().any(|cell| matches!(cell, Cell::Said(_, Some(_))))
}

/// What is said, without its line.
pub(super) fn value(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Said(value, _) => Some(value),
        Cell::Nowhere | Cell::Absent => None,
    }
}
