//! How many users want something, against what is expected. Repetitions are no demand.

use super::names;
use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};

pub(super) fn read(case: &Case<'_>) -> Option<Reading> {
    let (ratio, than) = case.demand_ratio()?;
    let level = match ratio {
        _ if ratio > 1.5 => "much_more",
        _ if ratio > 1.2 => "more",
        _ if ratio >= 0.8 => "usual",
        _ => "less",
    };
    let more = if ratio > 1.2 { names::growth(case) } else { String::new() };
    let text = format!("first attempts of users are {ratio:.2} × those of {than}{more}");
    Some(Reading::new(Term::Demand, level, text))
}
