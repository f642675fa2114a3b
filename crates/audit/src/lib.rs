//! Judges configurations, and predicts from logs what every server will get.
//!
//! A [`Subject`] is what somebody runs, whoever's balancer it is for. Rules hold it against what is
//! known to go wrong; a prediction plays a log through an imitation of the balancer.

mod day;
mod finding;
mod fix;
mod fleet;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod import;
mod judge;
mod page;
mod policy;
pub mod predict;
mod product;
mod reference;
pub mod report;
mod rule;
mod rules;
mod severity;
mod subject;
mod suppress;

pub use day::Day;
pub use finding::{Edit, Finding};
pub use fix::{Mended, Mending, Unmended, diff, mend};
pub use fleet::{Unlike, fleet};
pub use import::{Import, Nothing, import};
pub use judge::{Audit, Suppressed, judge, judge_by};
pub use page::{page, pages};
pub use policy::{Allowance, Policy, PolicyError, Require, Ruling, policy_reference};
pub use product::Product;
pub use reference::reference;
pub use rule::{Case, Doc, Example, Needs, Rule};
pub use rules::{ALL, find};
pub use severity::Severity;
pub use subject::{Own, Parsed, Refusal, Subject, own, read, read_text};
