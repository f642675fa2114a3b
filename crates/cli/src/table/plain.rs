//! Tables of other things than the status: a header and rows.

use super::grid::{Cell, Grid};
use super::style::Style;

/// A column's name and side.
pub(crate) struct Column {
    name: &'static str,
    rightwards: bool,
}

impl Column {
    /// Words.
    pub(crate) const fn left(name: &'static str) -> Self {
        Column { name, rightwards: false }
    }

    /// Numbers.
    pub(crate) const fn right(name: &'static str) -> Self {
        Column { name, rightwards: true }
    }

    fn cell(&self, text: impl Into<String>) -> Cell {
        if self.rightwards { Cell::right(text) } else { Cell::left(text) }
    }
}

/// Rows have as many cells as there are columns. Where the window is too narrow, the columns named
/// in `expendable` are left out, the first of them first.
pub(crate) fn plain(
    columns: &[Column],
    rows: impl Iterator<Item = Vec<String>>,
    expendable: &[&str],
) -> String {
    let cells = |row: Vec<String>| {
        columns.iter().zip(row).map(|(column, text)| column.cell(text)).collect()
    };
    let header = columns.iter().map(|column| column.cell(column.name)).collect();
    let style = Style::of_stdout();
    let mut grid = Grid { header, rows: rows.map(cells).collect() };
    grid.narrow(style.width, expendable);
    grid.render(style)
}
