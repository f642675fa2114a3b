//! Recognises templates that were not rendered, so that they are called what they are.

use super::line::{Line, PieceKind};
use crate::fault::SyntaxError;
use crate::source::{Sources, Span};
use crate::template::{CURLY, ERB, JINJA, PHP, unrendered};

/// Marks of templates, and whose they are. None of them stands in a word of HAProxy's own outside
/// quotes: its `%[…]`, `%{+Q}` and `${NAME}` are other ones.
const MARKS: [(&str, &str); 9] = [
    ("{{", CURLY),
    ("{%-", JINJA),
    ("{%+", JINJA),
    ("<%=", ERB),
    ("<%-", ERB),
    ("<%#", ERB),
    ("<%@", ERB),
    ("<?php", PHP),
    ("<?=", PHP),
];

/// Those that are a mark when nothing but a space follows.
const ALONE: [(&str, &str); 2] = [("{%", JINJA), ("<%", ERB)];

/// What the first mark of a template in a line says.
pub(super) fn begins(line: &Line, sources: &Sources) -> Option<SyntaxError> {
    let words = line.pieces.iter().filter(|piece| piece.kind == PieceKind::Word);
    words.map(|piece| piece.span).find_map(|span| mark(sources.slice(span), span))
}

fn mark(word: &str, span: Span) -> Option<SyntaxError> {
    let bare = word.split(['"', '\'']).next().unwrap_or("");
    let inside = MARKS.iter().filter_map(|(mark, kind)| Some((bare.find(mark)?, kind)));
    let alone = ALONE.iter().filter(|(mark, _)| word.ends_with(mark));
    let alone = alone.map(|(mark, kind)| (word.len() - mark.len(), kind));
    let (at, kind) = inside.chain(alone).min_by_key(|(at, _)| *at)?;
    let start = span.start + at as u32;
    Some(unrendered(Span { start, ..span }, kind))
}

#[cfg(test)]
mod tests {
    use crate::haproxy::{Environment, read_texts};

    fn told(text: &str) -> Vec<String> {
        let none = |_: &str| None;
        let config = read_texts(&[("a", text.as_bytes())], &Environment::new(&none));
        let errors = config.errors.iter();
        errors.map(|error| error.told(&config.sources).to_string()).collect()
    }

    #[test]
    fn templates_are_called_what_they_are() {
        let check = |text: &str, expected: &str| {
            let told = told(text);
            assert!(told.len() == 1 && told[0].starts_with(expected), "{text}: {told:?}");
            assert!(told[0].ends_with("expected the finished file: render it first"), "{told:?}");
        };
        let curly = "this looks like a template (Jinja, Helm, Go or Mustache";
        let jinja = "this looks like a template (Jinja: ";
        let erb = "this looks like a template (ERB: ";
        check("backend {{ name }}\n server a 10.0.0.1:80\n", &format!("a:1:9: {curly}"));
        check("backend b\n server a 10.0.0.1:{{ port }} check\n", &format!("a:2:20: {curly}"));
        check("backend b\n{{range service \"web\"}}\n server {{.Name}} a\n{{end}}", "a:2:1: ");
        check("backend b\n{% for s in all %}\n server s 10.0.0.1:80\n", &format!("a:2:1: {jinja}"));
        check("{%- if x is 'y' -%}\nbackend b\n", &format!("a:1:1: {jinja}"));
        check("backend b\n balance <%= @how -%>\n", &format!("a:2:10: {erb}"));
        check("backend b\n<% @all.each do |it| %>\n", &format!("a:2:1: {erb}"));
        check("<?php foreach ($all as $one) { ?>\nbackend b\n", "a:1:1: this looks like");
    }

    /// Goal: what HAProxy itself has is none. Method: its own words with braces and per cent.
    #[test]
    fn haproxys_own_words_are_no_template() {
        let text = "# {{ managed }} <% by %>\n\
            frontend f\n bind \"${ADDRESS}:80\"\n log-format %{+Q}o\\ %t\\ {%[src]}\n \
            log-format \"<% x {{ %ci }} %{-Q}r\"\n \
            http-request set-var(txn.a) str(a{%) if { src 1 }\n \
            http-request deny if { path_reg ^/a{2}$ }\n default_backend b\n\
            backend b\n server a 10.0.0.1:80\n";
        assert_eq!(told(text), [""; 0]);
    }
}
