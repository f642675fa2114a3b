//! Holds the facts of several configurations against each other.

use std::collections::{BTreeMap, BTreeSet};

use foreign::{Shift, Span};

use super::fact::{Fact, Facts, Path};
use super::hosts;

/// What each configuration says of one thing.
pub(super) struct Row {
    /// What it is; several where the same lines say it of several.
    pub(super) names: Vec<Path>,
    /// In the order of the configurations.
    pub(super) cells: Vec<Cell>,
}

/// What one configuration says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cell {
    /// Nothing, because the block around it is missing, which is told by itself.
    Nowhere,
    /// Nothing.
    Absent,
    /// This, and where. Of what is just there the value is empty.
    Said(String, Option<Span>),
}

/// One of the configurations.
pub(super) struct Side {
    /// What it says.
    pub(super) facts: Facts,
    /// What its machine is called.
    pub(super) hosts: BTreeSet<String>,
    /// From its places to those of reports.
    pub(super) shift: Shift,
}

/// What is left of a configuration: what is not the same to the letter everywhere, and in it the
/// machine's own names taken out. A name may well be the same everywhere, as in a list of peers.
struct Rest {
    values: BTreeMap<Path, Fact>,
    blocks: BTreeSet<Path>,
    shift: Shift,
}

/// All that is not the same everywhere.
pub(super) fn differences(sides: &[Side]) -> Vec<Row> {
    let rests: Vec<Rest> = sides.iter().map(|side| rest(side, sides)).collect();
    let known: BTreeSet<&Path> = rests.iter().flat_map(|it| &it.blocks).collect();
    let paths: BTreeSet<&Path> = rests.iter().flat_map(|it| it.values.keys()).collect();
    let mut rows = Rows::default();
    for path in paths {
        let cell = |rest: &Rest| match rest.values.get(path) {
            Some(fact) => said(fact.value.clone(), fact.span, rest.shift),
            None if has_place(rest, path, &known) => Cell::Absent,
            None => Cell::Nowhere,
        };
        rows.add(path, rests.iter().map(cell).collect());
    }
    let kinds: BTreeSet<&Path> = sides.iter().flat_map(|it| it.facts.orders.keys()).collect();
    for kind in kinds {
        if let Some(cells) = orders(sides, kind) {
            rows.add(kind, cells);
        }
    }
    rows.all
}

fn rest(side: &Side, sides: &[Side]) -> Rest {
    let same = |path: &Path, fact: &Fact| {
        let other =
            |side: &Side| side.facts.values.get(path).is_some_and(|it| it.value == fact.value);
        sides.iter().all(other)
    };
    let is_shared = |path: &[String]| sides.iter().all(|side| side.facts.blocks.contains(path));
    let nameless = |path: &Path| -> Path {
        let part = |(at, part): (usize, &String)| match is_shared(&path[..=at]) {
            true => part.clone(),
            false => hosts::without(part, &side.hosts),
        };
        path.iter().enumerate().map(part).collect()
    };
    let values = side.facts.values.iter().filter(|(path, fact)| !same(path, fact));
    let values = values.map(|(path, fact)| {
        let value = hosts::without(&fact.value, &side.hosts);
        (nameless(path), Fact { value, span: fact.span })
    });
    let blocks = side.facts.blocks.iter();
    Rest {
        values: values.collect(),
        blocks: blocks.flat_map(|path| [path.clone(), nameless(path)]).collect(),
        shift: side.shift,
    }
}

fn said(value: String, span: Option<Span>, shift: Shift) -> Cell {
    Cell::Said(value, span.map(|span| shift.of(span)))
}

/// Whether all blocks around a fact are there.
fn has_place(rest: &Rest, path: &Path, known: &BTreeSet<&Path>) -> bool {
    let around = (1..path.len()).map(|end| path[..end].to_vec());
    let mut blocks = around.filter(|path| known.contains(path));
    blocks.all(|path| rest.blocks.contains(&path))
}

/// The orders of lines, where all have the same lines: others are told line by line.
fn orders(sides: &[Side], kind: &Path) -> Option<Vec<Cell>> {
    let lines: Option<Vec<&Vec<Fact>>> =
        sides.iter().map(|side| side.facts.orders.get(kind)).collect();
    let lines = lines?;
    let texts = |nameless: bool| {
        let text = |(lines, side): (&&Vec<Fact>, &Side)| -> Vec<String> {
            let text = |fact: &Fact| match nameless {
                true => hosts::without(&fact.value, &side.hosts),
                false => fact.value.clone(),
            };
            lines.iter().map(text).collect()
        };
        lines.iter().zip(sides).map(text).collect::<Vec<_>>()
    };
    let is_same = |texts: &[Vec<String>]| texts.windows(2).all(|pair| pair[0] == pair[1]);
    let texts = Some(texts(false)).filter(|it| is_same(it)).unwrap_or_else(|| texts(true));
    let mut sorted = texts.clone();
    sorted.iter_mut().for_each(|lines| lines.sort());
    let cells = || {
        texts.iter().zip(&lines).zip(sides).map(|((texts, lines), side)| {
            let span = lines.first().and_then(|fact| fact.span);
            said(texts.join("\n"), span, side.shift)
        })
    };
    is_same(&sorted).then(|| cells().collect())
}

/// Rows, and where each is by its name and lines.
#[derive(Default)]
struct Rows {
    all: Vec<Row>,
    known: BTreeMap<(Option<String>, Vec<Cell>), usize>,
}

impl Rows {
    /// Adds what differs, to a row of the same name and lines where there is one.
    fn add(&mut self, path: &Path, cells: Vec<Cell>) {
        let told = cells.iter().filter(|cell| **cell != Cell::Nowhere);
        let values: Vec<Option<&str>> = told.map(value).collect();
        if values.windows(2).all(|pair| pair[0] == pair[1]) {
            return;
        }
        let key = (path.last().cloned(), cells.clone());
        match self.known.get(&key).filter(|_| has_span(&cells)) {
            Some(at) => self.all[*at].names.push(path.clone()),
            None => {
                self.known.insert(key, self.all.len());
                self.all.push(Row { names: vec![path.clone()], cells });
            }
        }
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
