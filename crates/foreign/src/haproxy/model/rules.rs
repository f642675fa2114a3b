//! Rules: conditions, and who goes where.

use super::args::Args;
use crate::Span;
use crate::haproxy::syntax::{Doubt, Text, Word};

/// `if …` or `unless …` at the end of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// `unless`.
    pub is_negated: bool,
    /// The words behind it.
    pub words: Vec<Word>,
}

/// `acl`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acl {
    /// Its name. Several lines with one name are alternatives.
    pub name: Text,
    /// What is fetched, flags and patterns.
    pub words: Vec<Word>,
    /// The line.
    pub span: Span,
}

/// `use_backend`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UseBackend {
    /// The backend, or a format that yields its name.
    pub backend: Text,
    /// When; always without one.
    pub condition: Option<Condition>,
    /// The line.
    pub span: Span,
}

impl UseBackend {
    /// Whether the backend depends on the request.
    pub fn is_dynamic(&self) -> bool {
        self.backend.contains('%')
    }
}

/// `use-server`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UseServer {
    /// The server, or a format that yields its name.
    pub server: Text,
    /// When.
    pub condition: Option<Condition>,
    /// The line.
    pub span: Span,
}

/// `force-persist` and `ignore-persist`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersistRule {
    /// Whether servers that are down keep their clients; otherwise cookies are not looked at.
    pub is_forced: bool,
    /// When.
    pub condition: Option<Condition>,
    /// The line.
    pub span: Span,
}

/// A rule that is kept as words, such as `http-request set-header …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its words up to its condition, the keyword first.
    pub words: Vec<Word>,
    /// When; always without one.
    pub condition: Option<Condition>,
    /// The line.
    pub span: Span,
}

impl Rule {
    /// The keyword, such as `http-request`.
    pub fn keyword(&self) -> &str {
        self.words.first().map_or("", |word| &word.text)
    }

    /// What it does, such as `set-header`.
    pub fn action(&self) -> &str {
        self.words.get(1).map_or("", |word| &word.text)
    }

    /// The same for rules that also name a level, such as `tcp-request content accept`.
    pub fn step(&self) -> &str {
        let is_leveled = matches!(self.keyword(), "tcp-request" | "tcp-response");
        self.words.get(1 + usize::from(is_leveled)).map_or("", |word| &word.text)
    }
}

/// Takes the condition that the words left begin with.
pub(super) fn condition(args: &mut Args<'_, '_, '_>) -> Option<Condition> {
    let keyword = args.peek()?;
    let is_negated = match keyword.text.as_ref() {
        "if" => false,
        "unless" => true,
        _ => {
            args.unknown(keyword);
            args.rest();
            return None;
        }
    };
    let words = args.rest().get(1..).unwrap_or_default().to_vec();
    if words.is_empty() {
        let what = "a condition without a test, which always holds";
        args.remarks.tell(keyword.span, Doubt::Misread, what);
    }
    Some(Condition { is_negated, words })
}

pub(super) fn acl(args: &mut Args<'_, '_, '_>) -> Option<Acl> {
    let name = args.word("a name")?;
    if let Some(letter) = refused_letter(&name.text) {
        args.fail(name, format!("`{letter}` is not permitted in a name"), LETTERS);
    }
    args.word("a test").map(|first| {
        let words = std::iter::once(first).chain(args.rest()).cloned().collect();
        Acl { name: name.text.clone(), words, span: args.line }
    })
}

pub(super) fn use_backend(args: &mut Args<'_, '_, '_>) -> Option<UseBackend> {
    let backend = args.text("a backend")?;
    let condition = condition(args);
    Some(UseBackend { backend, condition, span: args.line })
}

pub(super) fn use_server(args: &mut Args<'_, '_, '_>) -> Option<UseServer> {
    let server = args.text("a server")?;
    if args.peek().is_none() {
        args.fail_line("`use-server` without a condition", "`if` or `unless`");
    }
    let condition = condition(args);
    Some(UseServer { server, condition, span: args.line })
}

pub(super) fn persist(args: &mut Args<'_, '_, '_>, is_forced: bool) -> PersistRule {
    if args.peek().is_none() {
        args.fail_line(format!("`{}` without a condition", args.keyword), "`if` or `unless`");
    }
    let condition = condition(args);
    PersistRule { is_forced, condition, span: args.line }
}

pub(super) fn rule(args: &mut Args<'_, '_, '_>) -> Rule {
    let is_condition = |word: &Word| matches!(word.text.as_ref(), "if" | "unless");
    let words = args.words;
    let at = words.iter().position(is_condition).unwrap_or(words.len());
    while args.peek().is_some_and(|word| !is_condition(word)) {
        args.next();
    }
    let condition = condition(args);
    Rule { words: words.get(..at).unwrap_or_default().to_vec(), condition, span: args.line }
}

/// What names may consist of.
pub(super) const LETTERS: &str = "letters, digits, `-`, `_`, `.` and `:`";

/// The first letter that HAProxy does not permit in a name.
pub(super) fn refused_letter(name: &str) -> Option<char> {
    let is_permitted =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | ':');
    name.chars().find(|&letter| !is_permitted(letter))
}
