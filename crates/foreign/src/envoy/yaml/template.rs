//! Recognises templates that were not rendered, so that they are called what they are.

use crate::fault::SyntaxError;
use crate::source::{FileId, Span};
use crate::template::{CURLY, ERB, JINJA, environment_names, unfilled, unrendered};

const MARKS: [(&str, &str); 5] =
    [("{{", CURLY), ("{%", JINJA), ("{#", JINJA), ("<%", ERB), ("<?php", crate::template::PHP)];

/// Fields that hold a text of another language, which may have such marks itself.
const FOREIGN: [&str; 8] = [
    "inline_string",
    "inline_code",
    "source_code",
    "text_format",
    "format",
    "body",
    "regex",
    "description",
];

/// The first mark of a file that is no YAML: it explains the error better than the error does.
pub(super) fn of_text(text: &str, file: FileId) -> Option<SyntaxError> {
    let mut begins = 0;
    for line in text.split_inclusive('\n') {
        let is_comment = line.trim_start().starts_with('#');
        let found = Some(line).filter(|_| !is_comment).and_then(first);
        if let Some((at, mark)) = found {
            let start = (begins + at) as u32;
            return Some(mark.told(Span { file, start, end: start + 2 }));
        }
        begins += line.len();
    }
    None
}

/// The same of a value in one line, in the field of that name.
pub(super) fn of_value(text: &str, field: Option<&str>, span: Span) -> Option<SyntaxError> {
    if field.is_some_and(|field| FOREIGN.contains(&field)) || text.contains('\n') {
        return None;
    }
    first(text).map(|(_, mark)| mark.told(span))
}

enum Mark<'t> {
    Of(&'static str),
    Name(&'t str),
}

impl Mark<'_> {
    fn told(&self, span: Span) -> SyntaxError {
        match self {
            Mark::Of(kind) => unrendered(span, kind),
            Mark::Name(name) => unfilled(span, name),
        }
    }
}

fn first(text: &str) -> Option<(usize, Mark<'_>)> {
    let marks = MARKS.iter().filter_map(|(mark, kind)| Some((text.find(mark)?, Mark::Of(kind))));
    let names = environment_names(text).map(|(at, name)| (at, Mark::Name(name)));
    marks.chain(names).min_by_key(|(at, _)| *at)
}
