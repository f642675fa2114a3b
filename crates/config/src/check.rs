//! Runs all checks over a text: syntax, structure, then the rules.

use serde::Deserialize;
use toml::de::DeTable;

use crate::finding::Finding;
use crate::problem::Severity;
use crate::rules;
use crate::settings::Settings;
use crate::shape::FILE;
use crate::structure;
use crate::tree::Node;

/// A parser that lost its place reports every line that follows; the first few tell the story.
const SYNTAX_ERRORS_SHOWN: usize = 5;

/// The settings, unless there is an error, and all that was found, in the file's order.
pub(crate) fn check(text: &str) -> (Option<Settings>, Vec<Finding>) {
    let (settings, mut findings) = read(text);
    findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
    let valid = findings.iter().all(|finding| finding.severity != Severity::Error);
    (settings.filter(|_| valid), findings)
}

fn read(text: &str) -> (Option<Settings>, Vec<Finding>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return (None, syntax(text, &errors));
    }
    let (kept, mut findings) = structure::check(Node::root(table.get_ref()), &FILE);
    let Some(tree) = kept else { return (None, findings) };
    match Settings::deserialize(tree.to_value()) {
        Ok(settings) => {
            findings.extend(rules::check(&settings, &tree));
            (Some(settings), findings)
        }
        Err(error) => {
            let what = format!("the file cannot be read: {}", error.message());
            let why = "checks and reader disagree about it, which is a fault of the program";
            findings.push(Finding::error("unreadable", 0..0, what).why(why));
            (None, findings)
        }
    }
}

fn syntax(text: &str, errors: &[toml::de::Error]) -> Vec<Finding> {
    let line = |at: usize| text.bytes().take(at).filter(|byte| *byte == b'\n').count();
    let mut errors: Vec<(usize, Finding)> = errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            let what = format!("this is no TOML: {}", error.message());
            let finding = Finding::error("syntax", span.clone(), what)
                .why("the rest of the file can only be checked once this is repaired");
            (line(span.start), finding)
        })
        .collect();
    errors.sort_by_key(|(line, finding)| (*line, finding.span.start));
    errors.dedup_by_key(|(line, _)| *line);
    errors.into_iter().map(|(_, finding)| finding).take(SYNTAX_ERRORS_SHOWN).collect()
}
