//! Audits that come back: what is new, what is gone, and since when.

mod found;
mod history;
mod raised;

#[cfg(test)]
mod tests;

pub use found::{Found, Looked};
pub use history::{Changes, History};
