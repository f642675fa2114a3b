//! For scripts: one JSON object.

use foreign::Span;
use serde_json::{Value, json};

use super::place::{path, region};
use super::view::View;
use crate::finding::{Edit, Finding};
use crate::severity::Severity;

/// The audit as the text of one object.
pub fn json(view: &View<'_>) -> String {
    format!("{:#}\n", object(view))
}

/// The audit as one object.
pub fn object(view: &View<'_>) -> Value {
    let sources = view.subject.sources();
    let files = sources.files().map(|file| path(sources.name(file), view));
    let suppressed = view.audit.suppressed.iter().map(|one| {
        let mut value = finding(view, &one.finding);
        value["reason"] = json!(one.reason);
        value["until"] = json!(one.until.map(|day| day.to_string()));
        value["allowed_at"] = one.by.map_or(Value::Null, |span| place(view, span));
        value
    });
    let errors = view.subject.errors.iter().map(|error| {
        let mut value = place(view, error.span);
        value["what"] = json!(error.what);
        value["expected"] = json!(error.expected);
        value
    });
    let unknown = view.subject.misread().into_iter().chain(view.subject.unknown());
    let unknown = unknown.map(|(span, what)| {
        let mut value = place(view, span);
        value["what"] = json!(what);
        value
    });
    json!({
        "product": view.subject.product().as_str(),
        "files": files.collect::<Vec<_>>(),
        "errors": view.audit.count(Severity::Error),
        "warnings": view.audit.count(Severity::Warning),
        "infos": view.audit.count(Severity::Info),
        "findings": view.audit.findings.iter().map(|one| finding(view, one)).collect::<Vec<_>>(),
        "suppressed": suppressed.collect::<Vec<_>>(),
        "unknown": unknown.collect::<Vec<_>>(),
        "syntax_errors": errors.collect::<Vec<_>>(),
    })
}

fn finding(view: &View<'_>, finding: &Finding) -> Value {
    let related = finding.related.iter().map(|other| {
        let mut value = place(view, other.span);
        value["what"] = json!(other.value);
        value
    });
    json!({
        "rule": finding.rule.id,
        "name": finding.rule.name,
        "severity": finding.severity.as_str(),
        "what": finding.what,
        "why": finding.rule.why,
        "hint": finding.rule.fix,
        "pool": finding.pool,
        "place": finding.span.map(|span| place(view, span)),
        "related": related.collect::<Vec<_>>(),
        "notes": finding.notes,
        "fix": finding.fix.as_ref().map(|edit| fix(view, edit)),
    })
}

fn fix(view: &View<'_>, edit: &Edit) -> Value {
    let parts = edit.parts.iter().map(|part| {
        let mut value = place(view, part.span);
        value["text"] = json!(part.value);
        value
    });
    json!({ "what": edit.what, "parts": parts.collect::<Vec<_>>() })
}

fn place(view: &View<'_>, span: Span) -> Value {
    let region = region(view, span);
    json!({
        "file": region.path,
        "line": region.line,
        "column": region.column,
        "end_line": region.end_line,
        "end_column": region.end_column,
    })
}
