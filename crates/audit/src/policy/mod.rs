//! What an organisation asks of every configuration, beside what is known to go wrong.

mod allowance;
mod pattern;
mod read;
mod reference;
mod ruling;
mod settings;
#[cfg(test)]
mod tests;

pub use read::PolicyError;
pub use reference::policy_reference;
pub use settings::{Allowance, Policy, Require, Ruling};

pub(crate) use allowance::allow;
pub(crate) use ruling::{off, rule};
