//! For GitHub's runners: workflow commands that become annotations of a change.

use std::fmt::Write;

use super::place::region;
use super::view::View;
use crate::severity::Severity;

/// One command a line.
pub fn github(view: &View<'_>) -> String {
    let mut out = String::new();
    for error in &view.subject.errors {
        let place = region(view, error.span);
        let (file, line, column) = (property(&place.path), place.line, place.column);
        let what = data(&error.words());
        let _ = writeln!(
            out,
            "::error file={file},line={line},col={column},title=not readable::{what}"
        );
    }
    for finding in &view.audit.findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let title = format!("{} {}", finding.rule.id, finding.rule.name);
        let mut properties = Vec::new();
        if let Some(span) = finding.span {
            let place = region(view, span);
            properties.push(format!("file={}", property(&place.path)));
            properties.push(format!("line={}", place.line));
            // Columns are read only where a place is on one line.
            if place.end_line == place.line {
                properties.push(format!("endLine={}", place.end_line));
                properties.push(format!("col={}", place.column));
                properties.push(format!("endColumn={}", place.end_column));
            }
        }
        properties.push(format!("title={}", property(&title)));
        let mut message =
            format!("{}\n{}\nFix: {}", finding.what, finding.rule.why, finding.rule.fix);
        for note in &finding.notes {
            let _ = write!(message, "\n{note}");
        }
        let _ = writeln!(out, "::{command} {}::{}", properties.join(","), data(&message));
    }
    out
}

/// What a message must not hold by itself.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property ends at a comma, and its name at a colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_message_ends_it() {
        assert_eq!(data("50%\r\n::error"), "50%25%0D%0A::error");
        assert_eq!(property("a,b:c"), "a%2Cb%3Ac");
    }
}
