//! For continuous integration: JUnit's XML, a test for each rule and a failure for each finding.

use std::fmt::Write;

use super::place::{path, region};
use super::view::View;
use foreign::SyntaxError;

use crate::finding::Finding;
use crate::page::pages;
use crate::rule::{Doc, Needs};

/// One suite. What does not fail the build passes, and is told beside.
pub fn junit(view: &View<'_>) -> String {
    let sources = view.subject.sources();
    let suite = sources.files().next().map_or("", |file| sources.name(file));
    let (mut cases, mut counts) = (String::new(), Counts::default());
    for error in &view.subject.errors {
        counts.tests += 1;
        unreadable(view, error, &mut cases);
    }
    for finding in &view.audit.findings {
        counts.tests += 1;
        case(view, finding, &mut cases);
        counts.failures += usize::from(finding.severity >= view.fails);
    }
    for one in &view.audit.suppressed {
        counts.tests += 1;
        counts.skipped += 1;
        open(view, &one.finding, &mut cases);
        let _ = write!(cases, ">\n      <skipped message=\"{}\"/>\n", escaped(&one.reason));
        cases.push_str("    </testcase>\n");
    }
    for doc in silent(view) {
        counts.tests += 1;
        let name = escaped(&format!("{} {}", doc.id, doc.name));
        let _ = writeln!(cases, "    <testcase classname=\"{}\" name=\"{name}\"/>", doc.id);
    }
    let Counts { tests, failures, skipped } = counts;
    let errors = view.subject.errors.len();
    let name = escaped(&path(suite, view));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"evenkeel audit\" tests=\"{tests}\" failures=\"{failures}\" \
         errors=\"{errors}\">\n  \
         <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" \
         skipped=\"{skipped}\">\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    skipped: usize,
}

/// Rules that looked at the configuration and have nothing to say.
fn silent(view: &View<'_>) -> Vec<&'static Doc> {
    if view.subject.is_unread {
        return Vec::new();
    }
    let told = |doc: &Doc| {
        let suppressed = view.audit.suppressed.iter().map(|one| &one.finding);
        view.audit.findings.iter().chain(suppressed).any(|finding| finding.rule.id == doc.id)
    };
    let product = view.subject.product();
    let is_off = |doc: &Doc| view.audit.off.contains(&doc.id);
    let looked = |doc: &Doc| doc.needs == Needs::Text && doc.products().contains(&product);
    pages().into_iter().filter(|doc| looked(doc) && !told(doc) && !is_off(doc)).collect()
}

/// A test that could not be made: nothing is judged that cannot be read.
fn unreadable(view: &View<'_>, error: &SyntaxError, out: &mut String) {
    let place = region(view, error.span);
    let (file, line, what) = (escaped(&place.path), place.line, escaped(&error.words()));
    let column = place.column;
    let _ = write!(
        out,
        "    <testcase classname=\"syntax\" name=\"{file}:{line}:{column}\" file=\"{file}\" \
         line=\"{line}\">\n      <error message=\"{what}\"/>\n    </testcase>\n"
    );
}

fn case(view: &View<'_>, finding: &Finding, out: &mut String) {
    open(view, finding, out);
    let (rule, severity) = (finding.rule, finding.severity);
    let mut text = String::new();
    if let Some(span) = finding.span {
        let place = region(view, span);
        let _ = writeln!(text, "{}:{}:{}", place.path, place.line, place.column);
    }
    let _ = writeln!(text, "{}\nWhy: {}\nFix: {}", finding.what, rule.why, rule.fix);
    for note in &finding.notes {
        let _ = writeln!(text, "{note}");
    }
    let text = escaped(&text);
    if severity >= view.fails {
        let (what, kind) = (escaped(&finding.what), severity.as_str());
        let _ =
            write!(out, ">\n      <failure message=\"{what}\" type=\"{kind}\">{text}</failure>\n");
    } else {
        let _ = write!(out, ">\n      <system-out>{text}</system-out>\n");
    }
    out.push_str("    </testcase>\n");
}

/// The beginning of a test, without its closing bracket.
fn open(view: &View<'_>, finding: &Finding, out: &mut String) {
    let rule = finding.rule;
    let mut place = String::new();
    let mut file = String::new();
    if let Some(span) = finding.span {
        let region = region(view, span);
        place = format!(" at {}:{}", region.path, region.line);
        let (path, line) = (escaped(&region.path), region.line);
        file = format!(" file=\"{path}\" line=\"{line}\"");
    }
    let name = escaped(&format!("{} {}{place}", rule.id, rule.name));
    let _ = write!(out, "    <testcase classname=\"{}\" name=\"{name}\"{file}", rule.id);
}

/// Text for XML 1.0, which has no place at all for most control characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(letter),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_fit_for_xml() {
        assert_eq!(escaped("<a b=\"c\">&\u{1b}"), "&lt;a b=&quot;c&quot;&gt;&amp;\u{fffd}");
    }
}
