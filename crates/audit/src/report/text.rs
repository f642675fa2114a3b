//! For people: as compilers tell, with the line underlined.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use foreign::{FileId, Sources, Span};

use super::place::printable;
use super::view::View;
use crate::finding::Finding;
use crate::severity::Severity;

/// Nobody reads on.
const SHOWN: usize = 200;

/// All findings, a blank line between them, and a closing line that counts them.
pub fn text(view: &View<'_>, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let sources = view.subject.sources();
    let mut out = String::new();
    for finding in view.audit.findings.iter().take(SHOWN) {
        let told = Told::of(finding);
        out.push_str(&renderer.render(&[told.group(finding, sources)]));
        out.push_str("\n\n");
    }
    if view.audit.findings.len() > SHOWN {
        out.push_str(&format!("and {} more, not shown\n\n", view.audit.findings.len() - SHOWN));
    }
    let name = sources.files().next().map_or("", |file| sources.name(file));
    out.push_str(&format!("{}: {}\n", printable(name), view.summary()));
    out
}

/// A finding's words, fit for a terminal.
struct Told {
    what: String,
    related: Vec<(Span, String)>,
    notes: Vec<String>,
    fix: String,
}

impl Told {
    fn of(finding: &Finding) -> Told {
        let related = finding.related.iter().map(|place| (place.span, printable(&place.value)));
        let fix = match &finding.fix {
            Some(edit) => printable(&edit.what),
            None => finding.rule.fix.to_owned(),
        };
        Told {
            what: printable(&finding.what),
            related: related.collect(),
            notes: finding.notes.iter().map(|note| printable(note)).collect(),
            fix,
        }
    }

    fn group<'a>(&'a self, finding: &'a Finding, sources: &'a Sources) -> Group<'a> {
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Info => Level::INFO,
        };
        let title = level.primary_title(self.what.as_str()).id(finding.rule.id);
        let mut group = Group::with_title(title);
        let mut others: Vec<FileId> = Vec::new();
        if let Some(span) = finding.span {
            let main = AnnotationKind::Primary.span(first_line(sources, span));
            group = group.element(self.snippet(sources, span.file).annotation(main));
            others.push(span.file);
        }
        for (span, _) in &self.related {
            if !others.contains(&span.file) {
                others.push(span.file);
                group = group.element(self.snippet(sources, span.file));
            }
        }
        group = group.element(Level::NOTE.with_name("why").message(finding.rule.why));
        for note in &self.notes {
            group = group.element(Level::NOTE.message(note.as_str()));
        }
        group.element(Level::HELP.with_name("fix").message(self.fix.as_str()))
    }

    /// A file with its related places.
    fn snippet<'a>(
        &'a self,
        sources: &'a Sources,
        file: FileId,
    ) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
        let snippet = Snippet::source(sources.text(file)).path(printable(sources.name(file)));
        let here = self.related.iter().filter(|(span, _)| span.file == file);
        here.fold(snippet, |snippet, (span, what)| {
            let place = AnnotationKind::Context.span(first_line(sources, *span));
            snippet.annotation(place.label(what.as_str()))
        })
    }
}

/// A section may run over many lines; its first one is enough to find it.
fn first_line(sources: &Sources, span: Span) -> Range<usize> {
    let text = sources.text(span.file);
    let start = text.floor_char_boundary(span.start as usize);
    let end = text.ceil_char_boundary(span.end as usize).max(start);
    start..start + text[start..end].find(['\r', '\n']).unwrap_or(end - start)
}
