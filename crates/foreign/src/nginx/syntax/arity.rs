//! Holds directives against their shapes: a forgotten `;` or `{` shows here.

use super::directive::{Body, Directive, Tree};
use super::names::{Shape, shape};
use crate::fault::SyntaxError;
use crate::source::{Sources, Span};

/// Blocks of which the directives are values and not known names.
const VALUES: [&str; 8] =
    ["types", "map", "geo", "split_clients", "charset_map", "num_map", "geoip2", "match"];

/// What nginx would refuse about the shapes of directives.
pub(super) fn check(tree: &Tree, sources: &Sources) -> Vec<SyntaxError> {
    let mut errors = Vec::new();
    for file in &tree.files {
        block(&file.directives, sources, &mut errors);
    }
    errors
}

// As deep as blocks nest, which the parser limits.
fn block(directives: &[Directive], sources: &Sources, errors: &mut Vec<SyntaxError>) {
    for directive in directives {
        let name = directive.name.text.as_str();
        let Some(shape) = shape(name) else { continue };
        errors.extend(wrong(directive, shape, sources));
        let inner = directive.block().unwrap_or(&[]);
        match VALUES.contains(&name) {
            true => errors.extend(inner.iter().filter_map(|inner| nested(inner, name))),
            false => block(inner, sources, errors),
        }
    }
}

/// A value of a block has no block of its own.
fn nested(directive: &Directive, of: &str) -> Option<SyntaxError> {
    directive.block()?;
    let what = format!("unexpected `{{`: a value of `{of}` has no block");
    Some(SyntaxError::new(directive.head(), what).expected("`;` behind it"))
}

fn wrong(directive: &Directive, shape: &Shape, sources: &Sources) -> Option<SyntaxError> {
    let name = &directive.name.text;
    let has_block = matches!(directive.body, Body::Block(_) | Body::Code(_));
    if has_block && shape.block == Some(false) {
        let what = format!("directive `{name}` is not terminated by `;`");
        let at = forgotten(directive, sources).unwrap_or(directive.head());
        return Some(SyntaxError::new(at, what).expected("`;` and no block"));
    }
    if !has_block && shape.block == Some(true) {
        let what = format!("directive `{name}` has no opening `{{`");
        return Some(SyntaxError::new(directive.head(), what).expected("a block"));
    }
    let count = directive.args.len();
    if shape.arguments.contains(&count) {
        return None;
    }
    if let Some(at) = forgotten(directive, sources) {
        let what = format!("directive `{name}` is not terminated by `;`");
        return Some(SyntaxError::new(at, what).expected(format!("`;` behind `{name} …`")));
    }
    let arguments = if count == 1 { "argument" } else { "arguments" };
    let what = format!("directive `{name}` cannot have {count} {arguments}");
    Some(SyntaxError::new(directive.head(), what).expected(told(shape)))
}

fn told(shape: &Shape) -> String {
    let (least, most) = (*shape.arguments.start(), *shape.arguments.end());
    match (least, most) {
        (0, 0) => "none".to_owned(),
        (least, usize::MAX) => format!("at least {least}"),
        (least, most) if least == most => least.to_string(),
        (least, most) => format!("{least} to {most}"),
    }
}

/// The first argument that begins a line and is a directive's name: a `;` is missing before it.
fn forgotten(directive: &Directive, sources: &Sources) -> Option<Span> {
    let named = directive.args.iter().filter(|word| word.quote.is_none());
    let mut named = named.filter(|word| shape(&word.text).is_some());
    named.find(|word| begins_line(word.span, sources)).map(|word| word.span)
}

fn begins_line(span: Span, sources: &Sources) -> bool {
    let before = Span { start: span.start.saturating_sub(256), end: span.start, ..span };
    let before = sources.slice(before);
    before.trim_end_matches([' ', '\t']).ends_with('\n')
}
