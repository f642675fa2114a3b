//! Evidence for what the documentation claims, made anew with one command.

mod balancing;
mod diagnosis;
mod figures;
mod goals;
mod live;
mod page;
mod plots;
mod runs;
mod simulated;
mod variant;

pub(crate) use balancing::{BalancingOptions, EXAMPLES, balancing};
pub(crate) use diagnosis::{DiagnosisOptions, EXAMPLES as DIAGNOSIS_EXAMPLES, diagnosis};
