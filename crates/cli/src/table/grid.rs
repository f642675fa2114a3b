//! Columns as wide as their widest cell.

use std::iter;

use super::style::{Colour, Style};

const INDENT: &str = "  ";
const GAP: &str = "  ";

/// One cell: its text holds no control sequence, so that its length is its width.
pub(super) struct Cell {
    text: String,
    rightwards: bool,
    colour: Option<Colour>,
}

impl Cell {
    pub(super) fn left(text: impl Into<String>) -> Self {
        Self { text: text.into(), rightwards: false, colour: None }
    }

    pub(super) fn right(text: impl Into<String>) -> Self {
        Self { text: text.into(), rightwards: true, colour: None }
    }

    pub(super) fn painted(self, colour: Option<Colour>) -> Self {
        Self { colour, ..self }
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }

    fn render(&self, width: usize, style: Style) -> String {
        let padding = " ".repeat(width.saturating_sub(self.width()));
        let text = style.paint(&self.text, self.colour);
        if self.rightwards { padding + &text } else { text + &padding }
    }
}

/// A header and rows with as many cells each.
pub(super) struct Grid {
    pub(super) header: Vec<Cell>,
    pub(super) rows: Vec<Vec<Cell>>,
}

impl Grid {
    /// Takes columns away, the first of `expendable` first, until it is no wider than `width`.
    /// Answers which.
    pub(super) fn narrow<'n>(&mut self, width: usize, expendable: &[&'n str]) -> Vec<&'n str> {
        let mut hidden = Vec::new();
        for name in expendable {
            if self.width() <= width {
                break;
            }
            let Some(index) = self.header.iter().position(|cell| cell.text == *name) else {
                continue;
            };
            for cells in iter::once(&mut self.header).chain(&mut self.rows) {
                cells.remove(index);
            }
            hidden.push(*name);
        }
        hidden
    }

    pub(super) fn width(&self) -> usize {
        let widths = self.widths();
        INDENT.len() + widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1)
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self.header.iter().map(Cell::width).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        widths
    }

    pub(super) fn render(self, style: Style) -> String {
        let widths = self.widths();
        let header: Vec<_> =
            self.header.into_iter().map(|cell| cell.painted(Some(Colour::Dim))).collect();
        let mut text = String::new();
        for row in iter::once(&header).chain(&self.rows) {
            let cells = row.iter().zip(&widths).map(|(cell, width)| cell.render(*width, style));
            let line = cells.collect::<Vec<_>>().join(GAP);
            text.extend([INDENT, line.trim_end(), "\n"]);
        }
        text
    }
}
