//! Shows problems the way compilers do: the place, the line underlined, why, and a hint.

use std::ops::Range;

use annotate_snippets::{
    AnnotationKind, Group, Level, Origin, Renderer, Snippet, renderer::DecorStyle,
};

use crate::finding::printable;
use crate::problem::{Problem, Severity};

/// Nobody reads on; a generated file with one fault may repeat it thousands of times.
const SHOWN: usize = 200;

/// All problems, a blank line between them, and a closing line that counts them.
pub(crate) fn problems(name: &str, text: &str, list: &[Problem], color: bool) -> String {
    let name = printable(name);
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for problem in list.iter().take(SHOWN) {
        out.push_str(&renderer.render(&[group(&name, text, problem)]));
        out.push_str("\n\n");
    }
    if list.len() > SHOWN {
        out.push_str(&format!("and {} more, not shown\n\n", list.len() - SHOWN));
    }
    out.push_str(&format!("{name}: {}\n", count(list)));
    out
}

fn group<'a>(name: &'a str, text: &'a str, problem: &'a Problem) -> Group<'a> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(problem.what.as_str()).id(problem.slug);
    // A problem of the whole file has no line to show.
    let mut group = if problem.span == (0..0) {
        title.element(Origin::path(name).line(problem.line))
    } else {
        let mut snippet = Snippet::source(text)
            .path(name)
            .annotation(AnnotationKind::Primary.span(first_line(text, &problem.span)));
        for related in &problem.related {
            let span = first_line(text, &related.span);
            let label = related.label.as_str();
            snippet = snippet.annotation(AnnotationKind::Context.span(span).label(label));
        }
        title.element(snippet)
    };
    if !problem.why.is_empty() {
        group = group.element(Level::NOTE.with_name("why").message(problem.why.as_str()));
    }
    match &problem.hint {
        Some(hint) => group.element(Level::HELP.with_name("hint").message(hint.as_str())),
        None => group,
    }
}

/// A value may run over many lines; its first one is enough to find it.
fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let lines = &text[span.clone()];
    span.start..span.start + lines.find('\n').unwrap_or(lines.len())
}

fn count(list: &[Problem]) -> String {
    let of = |severity: Severity| {
        let n = list.iter().filter(|problem| problem.severity == severity).count();
        let plural = if n == 1 { "" } else { "s" };
        (n > 0).then(|| format!("{n} {}{plural}", severity.as_str()))
    };
    let counts: Vec<String> =
        [of(Severity::Error), of(Severity::Warning)].into_iter().flatten().collect();
    counts.join(", ")
}
