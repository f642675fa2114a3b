//! Whether the balancer does what it says: tests that may look every second, for ever.
//!
//! A betting score that can only grow by luck while all is well: for every pick the probability
//! that an alternative gave it, divided by the probability that the balancer says it had. Its
//! expectation is 1 under any adaptive policy, surges and shared addresses included.
//!
//! M = max(M, 1) · E per window is an e-detector (Shin, Ramdas, Rinaldo 2022, *E-detectors*): an
//! alarm at M ≥ c comes at most once in c windows on average while all is well. The alternatives
//! are Pólya urns that learn as they bet (Lindon, Malek 2020, arXiv:2011.03567).

mod binding;
mod gamma;
mod pick;
mod score;
#[cfg(test)]
mod tests;
mod urn;

pub use binding::BindingTest;
pub use pick::PickTest;
pub use score::{BindingExcess, TestScore, WINDOWS_PER_YEAR};
