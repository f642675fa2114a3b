//! Open-loop traffic of sticky users: requests start when they are due, whatever came back.

mod client;
mod exchange;
mod jar;
mod latency;
mod plan;
mod progress;
mod report;
mod run;
mod schedule;
mod spec;
#[cfg(test)]
mod tests;
mod wire;

pub(crate) use exchange::WORK_US;
pub use latency::Latency;
pub use plan::Planned;
pub use progress::{Progress, ProgressCounts};
pub use report::{Failures, OriginReport, Report};
pub(crate) use run::Jars;
pub use run::Load;
pub use spec::{Connections, LoadSpec, Pace, RequestKind};
