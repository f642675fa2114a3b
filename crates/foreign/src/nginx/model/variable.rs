//! What gives variables their values: `map`, `geo` and `split_clients`.

use super::config::{Kind, Problems};
use super::units::number;
use crate::fault::SyntaxError;
use crate::nginx::syntax::{Directive, Word, variables};
use crate::placed::Placed;
use crate::source::Span;

/// All hundredths of a per cent.
const WHOLE: u32 = 10_000;

/// A key and the value that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// A key, a pattern or a network.
    pub key: Placed<String>,
    /// The value, with its variables.
    pub value: Placed<String>,
}

/// A variable by another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    /// Whether it is one of `http` or of `stream`.
    pub kind: Kind,
    /// The whole block.
    pub span: Span,
    /// The text that is looked up.
    pub source: Placed<String>,
    /// The variable's name, without `$`.
    pub variable: Placed<String>,
    /// `default` stands among them.
    pub entries: Vec<Entry>,
    /// `hostnames`, `volatile` and the like.
    pub options: Vec<Placed<String>>,
}

/// A variable by the client's network, or another address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Geo {
    /// Whether it is one of `http` or of `stream`.
    pub kind: Kind,
    /// The whole block.
    pub span: Span,
    /// The address that is looked up; absent: `$remote_addr`.
    pub source: Option<Placed<String>>,
    /// The variable's name, without `$`.
    pub variable: Placed<String>,
    /// `default`, `proxy` and `delete` stand among them.
    pub entries: Vec<Entry>,
    /// `ranges` and `proxy_recursive`.
    pub options: Vec<Placed<String>>,
}

/// A variable by a hash: shares of clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitClients {
    /// Whether it is one of `http` or of `stream`.
    pub kind: Kind,
    /// The whole block.
    pub span: Span,
    /// The text that is hashed.
    pub source: Placed<String>,
    /// The variable's name, without `$`.
    pub variable: Placed<String>,
    /// Its parts, in the file's order.
    pub parts: Vec<Part>,
}

/// A share of clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Hundredths of a per cent.
    pub share: u32,
    /// Whether it was written as `*`: what is left.
    pub rest: bool,
    /// The value for these clients, with its variables.
    pub value: Placed<String>,
}

impl Map {
    pub(super) fn read(directive: &Directive, inner: &[&Directive], kind: Kind) -> Option<Map> {
        let (entries, options) = entries(inner);
        Some(Map {
            kind,
            span: directive.span,
            source: placed(directive.args.first()?),
            variable: variable(directive.args.get(1)?),
            entries,
            options,
        })
    }
}

impl Geo {
    pub(super) fn read(directive: &Directive, inner: &[&Directive], kind: Kind) -> Option<Geo> {
        let (entries, options) = entries(inner);
        let (source, name) = match directive.args.as_slice() {
            [name] => (None, name),
            [source, name, ..] => (Some(placed(source)), name),
            [] => return None,
        };
        let (span, variable) = (directive.span, variable(name));
        Some(Geo { kind, span, source, variable, entries, options })
    }
}

impl SplitClients {
    pub(super) fn read(
        directive: &Directive,
        inner: &[&Directive],
        kind: Kind,
        problems: &mut Problems,
    ) -> Option<SplitClients> {
        let mut left = WHOLE;
        let mut parts = Vec::new();
        for part in inner {
            let Some(value) = part.args.first().map(placed) else { continue };
            let rest = part.name.is("*");
            let share = if rest { Some(0) } else { share(&part.name.text) };
            let Some(share) = share else {
                let what = format!("`{}` is no share of clients", part.name.text);
                let error = SyntaxError::new(part.name.span, what);
                problems.0.push(error.expected("per cent with at most two places, or `*`"));
                continue;
            };
            if share > left {
                let what = "the shares are more than 100 % together";
                problems.0.push(SyntaxError::new(part.name.span, what));
            }
            left = left.saturating_sub(share);
            parts.push(Part { share, rest, value });
        }
        for part in parts.iter_mut().filter(|part| part.rest) {
            part.share = std::mem::take(&mut left);
        }
        Some(SplitClients {
            kind,
            span: directive.span,
            source: placed(directive.args.first()?),
            variable: variable(directive.args.get(1)?),
            parts,
        })
    }
}

/// `0.5%` in hundredths of a per cent. nginx refuses 0 and more than two places.
fn share(text: &str) -> Option<u32> {
    let text = text.strip_suffix('%')?;
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    let whole = if whole.is_empty() { 0 } else { number(whole)? };
    let places = match places.len() {
        0 => 0,
        1 => number(places)?.checked_mul(10)?,
        2 => number(places)?,
        _ => return None,
    };
    let share = u32::try_from(whole.checked_mul(100)?.checked_add(places)?).ok()?;
    (1..=WHOLE).contains(&share).then_some(share)
}

fn entries(inner: &[&Directive]) -> (Vec<Entry>, Vec<Placed<String>>) {
    let (mut entries, mut options) = (Vec::new(), Vec::new());
    for directive in inner {
        let key = placed(&directive.name);
        match directive.args.first() {
            Some(value) => entries.push(Entry { key, value: placed(value) }),
            None => options.push(key),
        }
    }
    (entries, options)
}

fn placed(word: &Word) -> Placed<String> {
    Placed::new(word.text.clone(), word.span)
}

fn variable(word: &Word) -> Placed<String> {
    let name = variables(&word.text).next().unwrap_or_else(|| word.text.clone());
    Placed::new(name, word.span)
}
