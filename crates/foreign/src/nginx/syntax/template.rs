//! Recognises templates that were not rendered, so that they are called what they are.

use std::collections::HashSet;

use super::directive::{Directive, Tree};
use super::token::{Token, TokenKind};
use super::word::{Word, variables};
use crate::fault::SyntaxError;
use crate::source::{FileId, Span};
use crate::template::{self, CURLY, ERB, JINJA, PHP, unrendered};

/// What a template's mark at a token says, where one begins there.
pub(super) fn begins(rest: &str, token: Token, last: Option<Token>) -> Option<SyntaxError> {
    match token.kind {
        TokenKind::Open if rest.starts_with("{{") => Some(unrendered(token.span, CURLY)),
        TokenKind::Open if rest.starts_with("{% ") || rest.starts_with("{%-") => {
            Some(unrendered(token.span, JINJA))
        }
        // The first brace may have been taken for a block.
        TokenKind::Open if last.is_some_and(|last| last.kind == TokenKind::Open) => {
            let adjacent = last.is_some_and(|last| last.span.end == token.span.start);
            adjacent.then(|| unrendered(token.span, CURLY))
        }
        TokenKind::Word if !rest.starts_with(['"', '\'']) => {
            let length = (token.span.end - token.span.start) as usize;
            let word = rest.get(..length).unwrap_or("");
            let php = word.starts_with("<?php") || word.starts_with("<?=");
            let erb = word.contains("<%").then_some(ERB);
            erb.or(php.then_some(PHP)).map(|kind| unrendered(token.span, kind))
        }
        _ => None,
    }
}

/// The first `${NAME}` of each file that nothing defines: envsubst was to put a value there.
///
/// nginx's own variables and nearly everybody's are written in small letters.
pub(super) fn unfilled(tree: &Tree) -> Vec<SyntaxError> {
    let mut seen = Seen { defined: HashSet::new(), used: Vec::new() };
    for file in &tree.files {
        seen.block(&file.directives);
    }
    let mut told: HashSet<FileId> = HashSet::new();
    let undefined = |name: &str| !seen.defined.contains(&name.to_ascii_lowercase());
    let used = seen.used.iter().filter(|(name, _)| undefined(name));
    let first = used.filter(|(_, span)| told.insert(span.file));
    first.map(|(name, span)| template::unfilled(*span, name)).collect()
}

struct Seen {
    defined: HashSet<String>,
    used: Vec<(String, Span)>,
}

impl Seen {
    // As deep as blocks nest, which the parser limits.
    fn block(&mut self, block: &[Directive]) {
        for directive in block {
            self.directive(directive);
            self.block(directive.block().unwrap_or(&[]));
        }
    }

    fn directive(&mut self, directive: &Directive) {
        let name = directive.name.text.as_str();
        let defines = ["set", "map", "geo", "split", "keyval", "lua", "$"];
        let defines = defines.iter().any(|part| name.contains(part));
        for word in std::iter::once(&directive.name).chain(&directive.args) {
            if defines {
                self.defined.extend(variables(&word.text));
            }
            self.captures(&word.text);
            self.uses(word);
        }
    }

    /// `(?<name>…)` of a regular expression defines a variable.
    fn captures(&mut self, text: &str) {
        for part in text.split("(?").skip(1) {
            let part = part.trim_start_matches('P');
            let name = part.strip_prefix(['<', '\'']).and_then(|part| part.split_once(['>', '\'']));
            self.defined.extend(name.map(|(name, _)| name.to_ascii_lowercase()));
        }
    }

    fn uses(&mut self, word: &Word) {
        let names = template::environment_names(&word.text);
        self.used.extend(names.map(|(_, name)| (name.to_owned(), word.span)));
    }
}
