//! The exchange: route, pick, admit, try, retry, judge, record. It knows no protocol.

mod affinity;
mod client;
mod forwarded;
mod key;
mod placing;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod properties;
mod queue;
mod record;
mod request;
mod retrying;
mod run;
#[cfg(any(test, feature = "fuzzing"))]
mod sample;
mod transaction;

pub(crate) use affinity::Signer;
pub(crate) use client::{Told, is_trusted};
pub(crate) use forwarded::is_well_formed as is_well_formed_forwarded;
pub(crate) use queue::Queue;
pub(crate) use record::{Refused, record_refused};
pub(crate) use request::{Head, Request, admit};
pub(crate) use run::run;
pub(crate) use transaction::{Asked, AttemptError, Attempted, Decision, Interrupt, Transaction};
