//! Why a website suffers: evidence for and against every cause that is known.

mod advice;
mod case;
mod ddos;
mod diagnose;
mod score;
mod term;
mod terms;
#[cfg(test)]
mod tests;
mod verdict;
mod weights;

pub use case::{Case, Change, Firewall, Limits};
pub use diagnose::diagnose;
pub use score::Hypothesis;
pub use term::{Reading, Term};
pub use verdict::{Ddos, Diagnosis};
