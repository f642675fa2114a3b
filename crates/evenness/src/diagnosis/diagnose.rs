//! From a case to its diagnosis.

use super::case::{Case, Change, LATELY_S};
use super::verdict::Diagnosis;
use super::{advice, ddos, score, terms};

/// More changes than these are no answer to what happened.
const TOLD_MAX: usize = 5;

/// Says what is probably the matter with a pool.
///
/// Evidence is weighed in decibans, ten times the decimal logarithm of a likelihood ratio (Good,
/// "Probability and the Weighing of Evidence", 1950), and added up over questions that are as
/// independent as can be. Nobody is named below 15 decibans, or with less than 10 before the next.
pub fn diagnose(case: &Case<'_>) -> Diagnosis {
    let readings = terms::read(case);
    let hypotheses = score::rank(&readings);
    let (causes, amplified_by, runner_up) = score::name(&hypotheses, case.now.length_s);
    let (ddos, ddos_evidence) = ddos::judge(case, &hypotheses, &readings);
    let checks = advice::checks(&causes, runner_up);
    let actions = advice::actions(case, &causes, amplified_by);
    Diagnosis {
        causes,
        amplified_by,
        runner_up,
        hypotheses,
        readings,
        ddos,
        ddos_evidence,
        before: before(case),
        checks,
        actions,
    }
}

/// The latest changes, as one reads them.
fn before(case: &Case<'_>) -> Vec<String> {
    let lately: Vec<String> =
        case.changes.iter().filter(|change| change.ago_s <= LATELY_S).map(Change::told).collect();
    lately[lately.len().saturating_sub(TOLD_MAX)..].to_vec()
}
