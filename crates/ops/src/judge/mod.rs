//! Judges what is measured: conditions of alarms, and diagnoses.

mod clients;
mod intent;
mod names;
mod objectives;
mod observer;
mod onset;
mod pool;
mod replay;
mod series;
mod signals;
#[cfg(test)]
mod tests;
mod timeline;
mod view;
mod weigh;

pub use intent::{FIRST_START, Intent, NOT_KNOWN};
pub use observer::{Judged, Observer};
pub(crate) use replay::{Past, diagnose_past};
