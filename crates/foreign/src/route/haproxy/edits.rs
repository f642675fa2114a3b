//! What rules have made of a request so far, beside what the log has of it.

use crate::logs::{Line, Told};
use crate::pick::Value;
use crate::pick::haproxy::Sample;
use crate::route::decision::Doubt;
use crate::route::expression::Expression;

/// What the rules have made of a request.
///
/// Where a change cannot be known the part stays as it was before, and is open.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    pub(super) target: Option<Vec<u8>>,
    /// Changes that cannot be known.
    pub(super) open: Vec<(Part, Open)>,
    /// In their order: the last one that is about a name decides.
    headers: Vec<(Names, HeaderEdit)>,
    variables: Vec<(String, Variable)>,
}

/// A change that cannot be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// What is missing to know it.
    pub(super) doubt: Doubt,
    /// What is said of tests that come to see it.
    pub(super) told: u16,
}

/// A part of a request that is no header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Path,
    Query,
    Source,
}

/// Which headers are meant.
#[derive(Clone, Debug)]
pub(super) enum Names {
    /// In lower case, as all here.
    One(String),
    Start(String),
    End(String),
    Part(String),
    Expression(Expression),
}

#[derive(Clone, Debug)]
enum HeaderEdit {
    Lines(Vec<Vec<u8>>),
    Open(Open),
}

#[derive(Clone, Debug)]
enum Variable {
    Set(Option<Sample<'static>>),
    Open(Open),
}

/// A header as it is now.
pub(super) enum Header<'s> {
    Log(Told<'s>),
    Lines(&'s [Vec<u8>]),
}

impl Names {
    fn are(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        match self {
            Names::One(one) => *one == name,
            Names::Start(text) => name.starts_with(text.as_str()),
            Names::End(text) => name.ends_with(text.as_str()),
            Names::Part(text) => name.contains(text.as_str()),
            Names::Expression(expression) => expression.finds(name.as_bytes()).unwrap_or(false),
        }
    }
}

impl Edits {
    pub(super) fn leave_open(&mut self, part: Part, open: Open) {
        self.close(part);
        self.open.push((part, open));
    }

    pub(super) fn close(&mut self, part: Part) {
        self.open.retain(|(other, _)| *other != part);
    }

    pub(super) fn open(&self, part: Part) -> Option<Open> {
        self.open.iter().find(|(other, _)| *other == part).map(|(_, open)| *open)
    }

    pub(super) fn put_header(&mut self, names: Names, lines: Vec<Vec<u8>>) {
        self.headers.push((names, HeaderEdit::Lines(lines)));
    }

    pub(super) fn leave_header_open(&mut self, names: Names, open: Open) {
        self.headers.push((names, HeaderEdit::Open(open)));
    }

    /// What a header was before the first change of it that cannot be known, and that change.
    pub(super) fn header<'s>(&'s self, line: &Line<'s>, name: &str) -> (Header<'s>, Option<Open>) {
        let mut open = None;
        let about = self.headers.iter().rev().filter(|(names, _)| names.are(name));
        for (_, edit) in about {
            match edit {
                HeaderEdit::Lines(lines) => return (Header::Lines(lines), open),
                HeaderEdit::Open(one) => open = Some(*one),
            }
        }
        (Header::Log(line.told_header(name.as_bytes())), open)
    }

    pub(super) fn set(&mut self, name: &str, value: Option<Sample<'_>>) {
        let value = Variable::Set(value.map(Sample::into_owned));
        self.variables.push((name.to_owned(), value));
    }

    pub(super) fn leave_variable_open(&mut self, name: &str, open: Open) {
        self.variables.push((name.to_owned(), Variable::Open(open)));
    }

    /// A variable; one that no rule has set has no value.
    pub(super) fn variable(&self, name: &str) -> Result<Option<Sample<'_>>, Open> {
        match self.variables.iter().rev().find(|(known, _)| known == name) {
            Some((_, Variable::Set(value))) => Ok(value.clone()),
            Some((_, Variable::Open(open))) => Err(*open),
            None => Ok(None),
        }
    }

    /// The target as a server sees it.
    pub fn target<'s>(&'s self, line: &Line<'s>) -> Option<&'s [u8]> {
        self.target.as_deref().or(line.target)
    }

    /// A header as a server sees it, if it is not as in the log: its lines, one below the other.
    pub fn changed_header(&self, name: &str) -> Option<Vec<u8>> {
        match self.header(&Line::default(), name) {
            (Header::Lines(lines), _) => Some(lines.join(&b'\n')),
            (Header::Log(_), _) => None,
        }
    }

    /// A variable as a backend sees it, where it has a value.
    pub fn told_variable(&self, name: &str) -> Option<Value<'_>> {
        match self.variables.iter().rev().find(|(known, _)| known == name) {
            Some((_, Variable::Set(value))) => value.as_ref().and_then(Sample::told),
            _ => None,
        }
    }

    /// Why a variable cannot be known.
    pub fn open_variable(&self, name: &str) -> Option<Doubt> {
        self.variable(name).err().map(|open| open.doubt)
    }

    /// Why the target cannot be known.
    pub fn open_target(&self) -> Option<Doubt> {
        self.open(Part::Path).or(self.open(Part::Query)).map(|open| open.doubt)
    }

    /// Why the client's address cannot be known.
    pub fn open_source(&self) -> Option<Doubt> {
        self.open(Part::Source).map(|open| open.doubt)
    }

    /// Why a header cannot be known.
    pub fn open_header(&self, name: &str) -> Option<Doubt> {
        self.header(&Line::default(), name).1.map(|open| open.doubt)
    }
}
