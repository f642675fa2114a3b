//! Runs all checks over a text: syntax, structure, then the rules.

use serde::de::DeserializeOwned;
use toml::de::DeTable;

use crate::finding::Finding;
use crate::lines::Lines;
use crate::problem::{Problem, Severity};
use crate::rules;
use crate::settings::Settings;
use crate::shape::{FILE, Table};
use crate::structure;
use crate::syntax;
use crate::tree::Node;

/// Bytes of a text. One with a full pool has three quarters of it.
pub(crate) const TEXT_MAX: usize = 4 << 20;

/// Signs that begin a value, a key or a line. What is no configuration has one in every other byte,
/// and each may become a value or a problem that takes a hundred times as much memory.
const SIGNS_MAX: usize = 500_000;

/// Why a text is not even looked at.
fn too_much(text: &str) -> Option<String> {
    if text.len() > TEXT_MAX {
        return Some(format!("{} bytes, more than the {TEXT_MAX} that are read", text.len()));
    }
    let is_sign = |byte: &u8| matches!(byte, b'\n' | b',' | b'=' | b'[' | b'{');
    let signs = text.as_bytes().iter().filter(|byte| is_sign(byte)).count();
    let what = "lines and values, more than the";
    (signs > SIGNS_MAX).then(|| format!("{signs} {what} {SIGNS_MAX} that are read"))
}

/// The settings, unless there is an error, and all that was found, in the file's order.
pub(crate) fn check(text: &str) -> (Option<Settings>, Vec<Finding>) {
    examine(text, &FILE, rules::check)
}

/// Reads a text in a shape; `judge` holds what of it is usable against rules.
pub(crate) fn examine<T: DeserializeOwned>(
    text: &str,
    shape: &Table,
    judge: impl FnOnce(&T, &Node) -> Vec<Finding>,
) -> (Option<T>, Vec<Finding>) {
    let (value, mut findings) = read(text, shape, judge);
    findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
    let valid = findings.iter().all(|finding| finding.severity != Severity::Error);
    (value.filter(|_| valid), findings)
}

/// Findings with the lines and columns that their places have.
pub(crate) fn located(text: &str, findings: Vec<Finding>) -> Vec<Problem> {
    let lines = Lines::of(text);
    findings.into_iter().map(|finding| finding.locate(&lines)).collect()
}

fn read<T: DeserializeOwned>(
    text: &str,
    shape: &Table,
    judge: impl FnOnce(&T, &Node) -> Vec<Finding>,
) -> (Option<T>, Vec<Finding>) {
    if let Some(what) = too_much(text) {
        return (None, vec![Finding::error("too-large", 0..0, what)]);
    }
    if let Some(finding) = syntax::json(text) {
        return (None, vec![finding]);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return (None, syntax::findings(text, &errors));
    }
    let (kept, mut findings) = structure::check(Node::root(table.get_ref()), shape);
    let Some(tree) = kept else { return (None, findings) };
    match T::deserialize(tree.to_value()) {
        Ok(value) => {
            findings.extend(judge(&value, &tree));
            (Some(value), findings)
        }
        Err(error) => {
            let what = format!("the file cannot be read: {}", error.message());
            let why = "checks and reader disagree about it, which is a fault of the program";
            findings.push(Finding::error("unreadable", 0..0, what).why(why));
            (None, findings)
        }
    }
}
