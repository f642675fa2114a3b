//! What a configuration says, as facts that can be compared with another one's.

use std::collections::{BTreeMap, BTreeSet};

use foreign::Span;

/// Where a fact belongs: blocks from the outermost to the innermost, and its own name.
pub(super) type Path = Vec<String>;

/// A fact's value and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) value: String,
    pub(super) span: Option<Span>,
}

/// All facts of a configuration.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Blocks and values, by their paths. A block's value is empty.
    pub(super) values: BTreeMap<Path, Fact>,
    /// Lines whose order counts, by what they are.
    pub(super) orders: BTreeMap<Path, Vec<Fact>>,
    /// The paths of blocks.
    pub(super) blocks: BTreeSet<Path>,
}

impl Facts {
    /// Says that a block is there, and gives its path: another one of the same name gets a number.
    pub(super) fn block(&mut self, parent: &[String], name: &str, span: Option<Span>) -> Path {
        let path = self.fresh(parent, name);
        self.values.insert(path.clone(), Fact { value: String::new(), span });
        self.blocks.insert(path.clone());
        path
    }

    /// Says a value. One that was said before is replaced.
    pub(super) fn set(
        &mut self,
        parent: &[String],
        name: &str,
        value: impl Into<String>,
        span: Option<Span>,
    ) {
        self.values.insert(below(parent, name), Fact { value: value.into(), span });
    }

    /// Says a value beside those of the same name.
    pub(super) fn add(
        &mut self,
        parent: &[String],
        name: &str,
        value: impl Into<String>,
        span: Option<Span>,
    ) {
        let path = self.fresh(parent, name);
        self.values.insert(path, Fact { value: value.into(), span });
    }

    /// Takes back what was said.
    pub(super) fn unset(&mut self, parent: &[String], name: &str) {
        self.values.remove(&below(parent, name));
    }

    /// Says a line behind others of its kind: that it is there, and where it stands among them.
    pub(super) fn push(&mut self, parent: &[String], kind: &str, line: &str, span: Span) {
        self.add(parent, line, "", Some(span));
        let lines = self.orders.entry(below(parent, kind)).or_default();
        lines.push(Fact { value: line.to_owned(), span: Some(span) });
    }

    fn fresh(&self, parent: &[String], name: &str) -> Path {
        let path = below(parent, name);
        if !self.values.contains_key(&path) {
            return path;
        }
        let mut numbered = (2..).map(|number| below(parent, &format!("{name} #{number}")));
        numbered.find(|path| !self.values.contains_key(path)).unwrap_or(path)
    }
}

fn below(parent: &[String], name: &str) -> Path {
    let mut path = parent.to_vec();
    path.push(name.to_owned());
    path
}
