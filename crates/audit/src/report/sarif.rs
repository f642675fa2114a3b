//! For code scanning: SARIF 2.1.0 (OASIS, 2020).

use std::collections::BTreeMap;

use foreign::Span;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::place::{path, region};
use super::view::View;
use crate::finding::{Edit, Finding};
use crate::judge::Suppressed;
use crate::page::pages;
use crate::rule::Doc;
use crate::severity::Severity;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The name by which scanners know a repository's root.
const ROOT: &str = "%SRCROOT%";

/// One run. Every rule is declared, even a silent one: else alerts that are mended stay open.
pub fn sarif(view: &View<'_>) -> String {
    let mut seen = BTreeMap::new();
    let mut results: Vec<Value> = Vec::new();
    for finding in &view.audit.findings {
        let mut value = result(view, finding, &mut seen);
        // Either all results say whether they are suppressed, or none does.
        if !view.audit.suppressed.is_empty() {
            value["suppressions"] = json!([]);
        }
        results.push(value);
    }
    for one in &view.audit.suppressed {
        let mut value = result(view, &one.finding, &mut seen);
        value["suppressions"] = json!([suppression(view, one)]);
        results.push(value);
    }
    let errors = view.subject.errors.iter().map(|error| {
        json!({
            "level": "error",
            "message": { "text": error.words() },
            "locations": [location(view, error.span)],
        })
    });
    let value = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "evenkeel",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": pages().into_iter().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { ROOT: { "uri": root(view) } },
            "invocations": [{
                "executionSuccessful": view.subject.errors.is_empty(),
                "toolExecutionNotifications": errors.collect::<Vec<_>>(),
                "ruleConfigurationOverrides": off(view),
            }],
            "results": results,
        }],
    });
    format!("{value:#}\n")
}

/// Rules that a policy has turned off: that they are silent says nothing.
fn off(view: &View<'_>) -> Vec<Value> {
    let off = view.audit.off.iter().map(|id| {
        json!({
            "descriptor": { "id": id, "index": index(id) },
            "configuration": { "enabled": false },
        })
    });
    off.collect()
}

/// Where a rule stands among those that are declared.
fn index(id: &str) -> i64 {
    pages().iter().position(|doc| doc.id == id).map_or(-1, |index| index as i64)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn rule(doc: &Doc) -> Value {
    let help = format!("{}\n\n{}\n\nFix: {}", doc.why, doc.source, doc.fix);
    json!({
        "id": doc.id,
        "name": doc.name,
        "shortDescription": { "text": doc.what },
        "fullDescription": { "text": doc.why },
        "help": { "text": help, "markdown": help },
        "defaultConfiguration": { "level": level(doc.severity) },
    })
}

fn result(view: &View<'_>, finding: &Finding, seen: &mut BTreeMap<String, usize>) -> Value {
    let mut text = finding.what.clone();
    finding.notes.iter().for_each(|note| text.push_str(&format!("\n{note}")));
    let mut value = json!({
        "ruleId": finding.rule.id,
        "ruleIndex": index(finding.rule.id),
        "level": level(finding.severity),
        "message": { "text": text },
        "partialFingerprints": {
            "primaryLocationLineHash": fingerprint(view, finding, seen),
        },
    });
    value["locations"] = finding
        .span
        .map_or_else(|| whole(view).into_iter().collect(), |span| json!([location(view, span)]));
    let related = finding.related.iter().enumerate().map(|(id, other)| {
        let mut value = location(view, other.span);
        value["id"] = json!(id);
        value["message"] = json!({ "text": other.value });
        value
    });
    value["relatedLocations"] = related.collect();
    if let Some(edit) = &finding.fix {
        value["fixes"] = json!([fix(view, edit)]);
    }
    value
}

/// Follows a finding through changes elsewhere in its file: the rule and the line's text, and how
/// many there were before with both.
fn fingerprint(view: &View<'_>, finding: &Finding, seen: &mut BTreeMap<String, usize>) -> String {
    let line = finding.span.map_or("", |span| view.subject.sources().line(span));
    let words: Vec<&str> = line.split_whitespace().collect();
    let digest = Sha256::digest(format!("{}\n{}", finding.rule.id, words.join(" ")));
    let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let count = seen.entry(hash.clone()).or_default();
    *count += 1;
    format!("{hash}:{count}")
}

/// What no line says is the first file's.
fn whole(view: &View<'_>) -> Option<Value> {
    let sources = view.subject.sources();
    let file = sources.files().next()?;
    Some(json!({ "physicalLocation": { "artifactLocation": artifact(view, sources.name(file)) } }))
}

fn location(view: &View<'_>, span: Span) -> Value {
    let sources = view.subject.sources();
    json!({ "physicalLocation": {
        "artifactLocation": artifact(view, sources.name(span.file)),
        "region": region_of(view, span),
    }})
}

fn region_of(view: &View<'_>, span: Span) -> Value {
    let region = region(view, span);
    json!({
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    })
}

fn artifact(view: &View<'_>, name: &str) -> Value {
    let path = path(name, view);
    match path.starts_with('/') {
        // It is not below the root, wherever that is.
        true => json!({ "uri": uri(&path) }),
        false => json!({ "uri": uri(&path), "uriBaseId": ROOT }),
    }
}

/// The root ends with `/`: what does not is a file.
fn root(view: &View<'_>) -> String {
    format!("{}/", uri(view.root.to_string_lossy().trim_end_matches('/')))
}

/// A path as a URI reference (RFC 3986).
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    match out.starts_with('/') {
        true => format!("file://{out}"),
        false => out,
    }
}

fn suppression(view: &View<'_>, one: &Suppressed) -> Value {
    let until = one.until.map_or_else(String::new, |day| format!(" (until {day})"));
    let mut value = json!({
        "kind": if one.by.is_some() { "inSource" } else { "external" },
        "status": "accepted",
        "justification": format!("{}{until}", one.reason),
    });
    if let Some(span) = one.by {
        value["location"] = location(view, span);
    }
    value
}

fn fix(view: &View<'_>, edit: &Edit) -> Value {
    let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for part in &edit.parts {
        let name = view.subject.sources().name(part.span.file).to_owned();
        files.entry(name).or_default().push(json!({
            "deletedRegion": region_of(view, part.span),
            "insertedContent": { "text": part.value },
        }));
    }
    let changes = files.into_iter().map(|(name, replacements)| {
        json!({ "artifactLocation": artifact(view, &name), "replacements": replacements })
    });
    json!({ "description": { "text": edit.what }, "artifactChanges": changes.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uris() {
        assert_eq!(uri("a b/c#.cfg"), "a%20b/c%23.cfg");
        assert_eq!(uri("/etc/x.cfg"), "file:///etc/x.cfg");
        assert_eq!(uri("/"), "file:///");
    }
}
