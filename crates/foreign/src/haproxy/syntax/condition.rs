//! Conditions of `.if` and `.elif`.

use super::environment::Environment;
use super::expression::Parser;
use super::truth::Truth;

/// What a condition comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Known(Truth),
    /// It depends on what is named here.
    Unknown(String),
    /// HAProxy refuses it.
    Fault(String),
}

/// Evaluates a condition.
pub(super) fn read(text: &str, environment: &Environment<'_>) -> Verdict {
    if text.trim().is_empty() {
        // As HAProxy has it: no condition is no.
        return Verdict::Known(Truth::No);
    }
    let mut parser = Parser::new(text, environment);
    let truth = match parser.whole() {
        Ok(truth) => truth,
        Err(fault) => return Verdict::Fault(fault),
    };
    match (truth, parser.open) {
        (Truth::Unknown, Some(open)) => Verdict::Unknown(open),
        (truth, _) => Verdict::Known(truth),
    }
}
