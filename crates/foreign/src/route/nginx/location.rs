//! Locations: which one of a server a path leads to.

use std::collections::{HashMap, HashSet};

use crate::nginx::model::Block;
use crate::route::expression::{Expression, Groups};
use crate::route::texts::Texts;

/// A block with the locations in it, ready to be asked.
#[derive(Clone, Debug)]
pub(super) struct Location {
    /// Without the locations, which are below.
    pub(super) block: Block,
    exact: HashMap<Vec<u8>, usize>,
    /// Paths that begin so, the longest first, and whether expressions are not asked then.
    starts: Vec<(Vec<u8>, bool, usize)>,
    /// In the order of the file; what is missing where one cannot be read here.
    expressions: Vec<(Result<Expression, u16>, usize)>,
    /// Paths that are answered with the same path and a slash.
    redirects: HashSet<Vec<u8>>,
    inner: Vec<Location>,
}

/// The location of a path.
#[derive(Debug, Default)]
pub(super) struct Found<'n> {
    pub(super) location: Option<&'n Location>,
    /// Nothing behind it is asked.
    is_last: bool,
    pub(super) is_redirect: bool,
    pub(super) groups: Option<Groups>,
    /// An expression that could not be tried.
    pub(super) missing: Option<u16>,
}

impl Location {
    pub(super) fn new(block: &Block, texts: &mut Texts) -> Location {
        let mut made = Location {
            block: Block { locations: Vec::new(), ..block.clone() },
            exact: HashMap::new(),
            starts: Vec::new(),
            expressions: Vec::new(),
            redirects: HashSet::new(),
            inner: Vec::new(),
        };
        for (at, block) in block.locations.iter().enumerate() {
            made.inner.push(Location::new(block, texts));
            made.add(at, block, texts);
        }
        made.starts.sort_by_key(|(start, ..)| std::cmp::Reverse(start.len()));
        made
    }

    fn add(&mut self, at: usize, block: &Block, texts: &mut Texts) {
        let words: Vec<&str> = block.args.iter().map(String::as_str).collect();
        let (sign, text) = match words.as_slice() {
            [sign, text] => (*sign, *text),
            [text] => {
                let signs = ["^~", "~*", "=", "~"];
                let sign = signs.into_iter().find(|sign| text.starts_with(sign)).unwrap_or("");
                (sign, text.strip_prefix(sign).unwrap_or(text))
            }
            _ => return,
        };
        if matches!(sign, "~" | "~*") {
            let read = Expression::new(text, sign == "~*");
            let what = || texts.missing(format!("the expression `{text}` is not imitated"));
            return self.expressions.push((read.ok_or_else(what), at));
        }
        if text.starts_with('@') {
            return;
        }
        if let (Some(shorter), Some(_)) = (text.strip_suffix('/'), block.pass) {
            self.redirects.insert(shorter.as_bytes().to_vec());
        }
        let text = text.as_bytes().to_vec();
        match sign {
            "=" => {
                self.exact.insert(text, at);
            }
            _ => self.starts.push((text, sign == "^~", at)),
        }
    }

    /// A location that only other directives lead to.
    pub(super) fn named(&self, name: &str) -> Option<&Location> {
        self.inner.iter().find(|inner| inner.block.args.first().is_some_and(|it| it == name))
    }

    /// As nginx looks for it: the longest start, what is in there, then expressions.
    pub(super) fn find(&self, path: &[u8]) -> Found<'_> {
        let inner = |at: usize| self.inner.get(at);
        if let Some(&at) = self.exact.get(path) {
            return Found { location: inner(at), is_last: true, ..Found::default() };
        }
        let mut found = Found::default();
        let start = self.starts.iter().find(|(start, ..)| path.starts_with(start));
        let is_whole = start.is_some_and(|(start, ..)| start.as_slice() == path);
        if !is_whole && self.redirects.contains(path) {
            return Found { is_redirect: true, is_last: true, ..found };
        }
        let mut asks = true;
        if let Some((_, no_expression, at)) = start {
            asks = !no_expression;
            found.location = inner(*at);
            let below = found.location.map(|location| location.find(path)).unwrap_or_default();
            found.missing = below.missing;
            if below.location.is_some() || below.is_last {
                found = below;
            }
            if found.is_last {
                return found;
            }
        }
        for (expression, at) in self.expressions.iter().filter(|_| asks) {
            let groups = match expression {
                Ok(expression) => expression.groups(path).flatten(),
                Err(missing) => {
                    found.missing = found.missing.or(Some(*missing));
                    continue;
                }
            };
            let (Some(groups), Some(location)) = (groups, inner(*at)) else { continue };
            let below = location.find(path);
            let missing = found.missing.or(below.missing);
            let is_last = true;
            if below.location.is_some() || below.is_redirect {
                let groups = below.groups.or(Some(groups));
                return Found { groups, missing, is_last, ..below };
            }
            let (location, groups) = (Some(location), Some(groups));
            return Found { location, groups, missing, is_last, is_redirect: false };
        }
        found
    }
}
