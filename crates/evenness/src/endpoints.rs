//! A window's endpoints beside each other: who carries more, costs more, fails more.

use std::sync::Arc;

use crate::window::PoolWindow;

/// One endpoint beside the others of its pool.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// Its name.
    pub name: Arc<str>,
    /// Its pressure ÷ the pool's.
    pub pressure_ratio: f64,
    /// Requests present ÷ capacity.
    pub pressure: f64,
    /// Its share of the attempts ÷ its share of the capacity in use.
    pub load_ratio: f64,
    /// Time to first byte per answer ÷ the median of all; 1 where it answered too little.
    pub cost_ratio: f64,
    /// The part of its attempts that failed, 0 to 1.
    pub failed_ratio: f64,
    /// The part of its attempts that were answered with a server error, 0 to 1.
    pub error_ratio: f64,
    /// Attempts.
    pub attempts: u64,
    /// The part of the stretch in which it could be used, 0 to 1.
    pub usable: f64,
    /// Its share by approval, by the settings in force, and of the sessions' claims, each ÷ its
    /// share of the capacity in use.
    pub approved_ratio: f64,
    /// See `approved_ratio`.
    pub effective_ratio: f64,
    /// See `approved_ratio`; 1 where nobody claims anything.
    pub claims_ratio: f64,
    /// Its share of the new bindings ÷ its share of the capacity in use; 1 where nobody is bound.
    pub bindings_ratio: f64,
}

/// Answers from which on a mean says something.
const ANSWERS_MIN: u64 = 10;

/// All endpoints that were usable at some time.
pub fn beside(window: &PoolWindow) -> Vec<Beside> {
    let used = || window.endpoints.iter().filter(|(_, e)| e.usable_s > 0.0);
    let sum = |value: &dyn Fn(&crate::window::EndpointWindow) -> f64| -> f64 {
        used().map(|(_, endpoint)| value(endpoint)).sum()
    };
    let capacity = sum(&|e| e.usable_s);
    let attempts = sum(&|e| e.attempts as f64);
    let present = sum(&|e| e.present_s);
    let claims = sum(&|e| e.claims as f64);
    let bindings = sum(&|e| e.bindings as f64);
    let approved = sum(&|e| e.approved_s);
    let effective = sum(&|e| e.effective_s);
    let cost = median_cost(window);
    let part = |own: f64, all: f64, fair: f64| if all > 0.0 { own / all / fair } else { 1.0 };
    used()
        .map(|(name, e)| {
            let fair = e.usable_s / capacity;
            let answers = e.latencies.count();
            let own_cost = e.cost_s / answers.max(1) as f64;
            Beside {
                name: Arc::clone(name),
                pressure_ratio: part(e.present_s, present, fair),
                pressure: e.present_s / e.usable_s,
                load_ratio: part(e.attempts as f64, attempts, fair),
                cost_ratio: match cost {
                    Some(cost) if answers >= ANSWERS_MIN && cost > 0.0 => own_cost / cost,
                    _ => 1.0,
                },
                failed_ratio: e.failed() as f64 / e.attempts.max(1) as f64,
                error_ratio: e.statuses[4] as f64 / e.attempts.max(1) as f64,
                attempts: e.attempts,
                usable: if e.capacity_s > 0.0 { e.usable_s / e.capacity_s } else { 0.0 },
                approved_ratio: part(e.approved_s, approved, fair),
                effective_ratio: part(e.effective_s, effective, fair),
                claims_ratio: part(e.claims as f64, claims, fair),
                bindings_ratio: part(e.bindings as f64, bindings, fair),
            }
        })
        .collect()
}

/// The median endpoint's time to first byte per answer, s.
fn median_cost(window: &PoolWindow) -> Option<f64> {
    let answered = window.endpoints.iter().filter(|(_, e)| e.latencies.count() >= ANSWERS_MIN);
    let mut costs: Vec<f64> =
        answered.map(|(_, e)| e.cost_s / e.latencies.count() as f64).collect();
    costs.sort_by(f64::total_cmp);
    // The lower middle: of two, one of which is sick, the other is the measure.
    (!costs.is_empty()).then(|| costs[(costs.len() - 1) / 2])
}

/// Names in a row, as one reads them: "web1 and web2".
pub(crate) fn listed(names: &[Arc<str>]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [one] => one.to_string(),
        [most @ .., last] if names.len() <= 4 => format!("{} and {last}", most.join(", ")),
        [first, second, ..] => format!("{first}, {second} and {} others", names.len() - 2),
    }
}
