//! One worker: a thread, a runtime and a listener of its own; nothing shared on the way but
//! the plan and the endpoints' atomics.

mod accept;
mod context;
mod deadline;
mod listening;
#[cfg(test)]
pub(crate) mod testing;
mod thread;

pub(crate) use accept::{Admission, Door, ListenerRules};
pub(crate) use context::{HeldPlan, Worker, WorkerShared};
pub(crate) use deadline::{Deadline, TICK_MS};
pub(crate) use listening::Asking;
pub(crate) use thread::{Order, spawn};
