//! Templates that were not rendered: their marks, and what is said where one stands.

use crate::fault::SyntaxError;
use crate::source::Span;

pub(crate) const CURLY: &str = "Jinja, Helm, Go or Mustache: `{{ … }}`";
pub(crate) const JINJA: &str = "Jinja: `{% … %}`";
pub(crate) const ERB: &str = "ERB: `<% … %>`";
pub(crate) const PHP: &str = "PHP: `<?php … ?>`";

/// What is said where the mark of a template stands, of that kind.
pub(crate) fn unrendered(span: Span, kind: &str) -> SyntaxError {
    let what = format!("this looks like a template ({kind})");
    SyntaxError::new(span, what).expected("the finished file: render it first")
}

/// What is said where a value of the environment was to be put in for a name.
pub(crate) fn unfilled(span: Span, name: &str) -> SyntaxError {
    unrendered(span, &format!("envsubst: `${{{name}}}`"))
}

/// The names between `${` and `}` that are written in capitals, as those of the environment are,
/// and where they begin.
pub(crate) fn environment_names(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("${").filter_map(|(at, mark)| {
        let (name, _) = text.get(at + mark.len()..)?.split_once('}')?;
        let is_letter = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let is_name =
            name.chars().all(is_letter) && name.contains(|c: char| c.is_ascii_uppercase());
        is_name.then_some((at, name))
    })
}
