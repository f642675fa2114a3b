//! Runs all checks over a text: syntax, structure, then the rules.

use serde::Deserialize;
use toml::de::DeTable;

use crate::finding::Finding;
use crate::problem::Severity;
use crate::rules;
use crate::settings::Settings;
use crate::shape::FILE;
use crate::structure;
use crate::syntax;
use crate::tree::Node;

/// The settings, unless there is an error, and all that was found, in the file's order.
pub(crate) fn check(text: &str) -> (Option<Settings>, Vec<Finding>) {
    let (settings, mut findings) = read(text);
    findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
    let valid = findings.iter().all(|finding| finding.severity != Severity::Error);
    (settings.filter(|_| valid), findings)
}

fn read(text: &str) -> (Option<Settings>, Vec<Finding>) {
    if let Some(finding) = syntax::json(text) {
        return (None, vec![finding]);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return (None, syntax::findings(text, &errors));
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
