//! What goes on beside the data path: the pools' heartbeat, probes, and the shown windows.

mod probe;
mod thread;
mod watch;
mod window;

pub(crate) use thread::{Control, ControlOrder, spawn};
pub(crate) use window::{EndpointWindow, totals};
