//! How much of the capacity can be used.

use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};
use crate::window::{EndpointWindow, PoolWindow};

/// Part of the attempts that are answered with errors, from which on they are why.
const ERRORS: f64 = 0.1;

pub(super) fn read(case: &Case<'_>) -> Option<Reading> {
    let usable = |w: &PoolWindow| -> f64 {
        w.endpoints.iter().map(|(_, e)| e.usable_s).sum::<f64>() / w.length_s.max(1e-9)
    };
    let built: f64 = case.now.endpoints.iter().map(|(_, e)| e.capacity_s).sum();
    let built = built / case.now.length_s.max(1e-9);
    let usual = case.usual.map(usable).filter(|&usual| usual > 0.0).unwrap_or(built);
    if usual <= 0.0 {
        return None;
    }
    let ratio = usable(case.now) / usual;
    let gone = case.now.endpoints.iter().filter(|(_, e)| e.usable_s < e.capacity_s * 0.5);
    let names: Vec<_> = gone.map(|(name, _)| std::sync::Arc::clone(name)).collect();
    let part = ratio * 100.0;
    // Who answers with errors is there, and put aside for them.
    let answers = |(_, e): &&(std::sync::Arc<str>, EndpointWindow)| {
        e.statuses[4] > e.failures && e.statuses[4] as f64 > ERRORS * e.attempts as f64
    };
    let gone = case.now.endpoints.iter().filter(|(_, e)| e.usable_s < e.capacity_s);
    let ejected = gone.clone().count() > 0 && gone.clone().all(|one| answers(&one));
    Some(if ratio < 0.85 && ejected {
        let text = format!("{part:.0} % of the usual capacity can be used: errors cost the rest");
        Reading::new(Term::Capacity, "ejected", text)
    } else if ratio < 0.85 {
        let who = if names.is_empty() {
            String::new()
        } else {
            format!(": without {}", crate::endpoints::listed(&names))
        };
        let text = format!("{part:.0} % of the usual capacity can be used{who}");
        Reading::new(Term::Capacity, "missing", text)
    } else {
        Reading::new(Term::Capacity, "there", format!("{part:.0} % of the capacity can be used"))
    })
}
