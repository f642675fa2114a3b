//! How many requests are repetitions, the balancer's and the users'.

use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};

pub(super) fn read(case: &Case<'_>) -> Option<Reading> {
    let now = case.now;
    if now.requests == 0 {
        return None;
    }
    let attempts = (now.requests + now.retries).max(1) as f64;
    let part = (now.retries + now.retries_refused + now.asked_again) as f64 / attempts;
    let level = match part {
        _ if part > 0.2 => "many",
        _ if part > 0.05 => "some",
        _ => "few",
    };
    let part = part * 100.0;
    let users = 100.0 * now.asked_again as f64 / attempts;
    let text =
        format!("{part:.0} % of the attempts repeat failed ones, {users:.0} % are users' own");
    Some(Reading::new(Term::Retries, level, text))
}
