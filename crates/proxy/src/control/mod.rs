//! What goes on beside the data path: the pools' heartbeat, probes, and the shown windows.

mod events;
mod meter;
mod probe;
mod telling;
mod thread;
mod watch;
mod window;

pub(crate) use thread::{Control, ControlOrder, Started, spawn};
pub(crate) use window::{EndpointWindow, totals};
