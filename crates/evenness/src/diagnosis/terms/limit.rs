//! Whether the balancer itself is at a limit.

use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};

const NEAR: f64 = 0.9;

pub(super) fn read(case: &Case<'_>) -> Option<Reading> {
    let (what, used) = case.limits?.nearest();
    let level = if used >= NEAR { "near" } else { "far" };
    let text = format!("{:.0} % of the balancer's {what} are used", used * 100.0);
    Some(Reading::new(Term::Limit, level, text))
}
