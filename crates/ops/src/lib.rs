//! Watches over the balancer: alarms, and who is told of them.
//!
//! It has no sockets of its own and no runtime: threads, and clients that block.

// Printing panics when nobody reads any more.
#![cfg_attr(not(test), warn(clippy::print_stdout, clippy::print_stderr))]

mod alarms;
pub mod audits;
mod judge;
mod notify;
mod outbox;
mod past;
pub mod watch;

pub use alarms::{Alarms, Pace};
pub use judge::{FIRST_START, Intent, Judged, NOT_KNOWN, Observer};
pub use past::diagnose_kept;
