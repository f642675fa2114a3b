//! Evidence for what the documentation claims, made anew with one command.

mod audit;
mod balancing;
mod crowd;
mod diagnosis;
mod figures;
mod goals;
mod live;
mod page;
mod plots;
mod prediction;
mod runs;
mod simulated;
mod variant;

pub(crate) use audit::{AuditOptions, EXAMPLES as AUDIT_EXAMPLES, audit};
pub(crate) use balancing::{BalancingOptions, EXAMPLES, balancing};
pub(crate) use crowd::{CrowdOptions, EXAMPLES as CROWD_EXAMPLES, crowd};
pub(crate) use diagnosis::{DiagnosisOptions, EXAMPLES as DIAGNOSIS_EXAMPLES, diagnosis};
pub(crate) use prediction::{EXAMPLES as PREDICTION_EXAMPLES, PredictionOptions, prediction};
