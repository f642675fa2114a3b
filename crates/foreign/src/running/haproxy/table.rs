//! Rows below a line of names: fields are found by name, so that a version with more is read too.

use crate::running::Fault;

/// A row, with the number of its line.
#[derive(Debug)]
pub(super) struct Row<'t> {
    pub(super) line: usize,
    fields: Vec<&'t str>,
}

/// The names of fields.
#[derive(Debug)]
pub(super) struct Header<'t> {
    of: &'static str,
    names: Vec<&'t str>,
}

impl<'t> Header<'t> {
    pub(super) fn new(of: &'static str, names: Vec<&'t str>) -> Header<'t> {
        Header { of, names }
    }

    /// A field of a row; nothing where the version does not have it.
    pub(super) fn field(&self, row: &Row<'t>, name: &str) -> Option<&'t str> {
        let at = self.names.iter().position(|it| *it == name)?;
        row.fields.get(at).copied()
    }

    /// A field that every version has.
    pub(super) fn must(&self, row: &Row<'t>, name: &str) -> Result<&'t str, Fault> {
        self.field(row, name).ok_or_else(|| self.fault(row, format!("there is no `{name}`")))
    }

    /// A number that every version has.
    pub(super) fn number(&self, row: &Row<'t>, name: &str) -> Result<u32, Fault> {
        let text = self.must(row, name)?;
        text.parse().map_err(|_| self.fault(row, format!("`{name}` is `{}`", shown(text))))
    }

    pub(super) fn fault(&self, row: &Row<'_>, what: String) -> Fault {
        Fault::new(self.of, row.line, what)
    }
}

impl<'t> Row<'t> {
    pub(super) fn new(line: usize, fields: Vec<&'t str>) -> Row<'t> {
        Row { line, fields }
    }
}

/// As much of a text as fits a message.
pub(super) fn shown(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).take(60).collect()
}
