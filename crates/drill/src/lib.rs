//! Makes the worst day before it comes: servers that can be broken, and users who do not wait.
//!
//! [`Origin`] is a simulated server on a real socket; [`Load`] is open-loop traffic of sticky
//! users. Both run as tasks of the caller's tokio runtime and are reproducible by seed.

// Printing panics when nobody reads any more.
#![cfg_attr(not(test), warn(clippy::print_stdout, clippy::print_stderr))]

mod control;
mod error;
mod floor;
mod load;
mod origin;
mod recording;
mod stop;
mod timer;

pub use bytes::Bytes;
pub use control::Control;
pub use error::Error;
pub use floor::{Balancer, Contender, Drill, DrillReport, Noticed, Setting, start_servers};
pub use hyper::{Method, StatusCode};
pub use load::{
    Connections, Failures, Latency, Load, LoadSpec, OriginReport, Pace, Planned, Progress,
    ProgressCounts, Protocol, Recorded, Report, RequestKind, Second, Stage, Timeline, Tls, Trust,
};
pub use origin::{Fault, FaultKind, Origin, OriginCounters, OriginSpec};
pub use recording::Recording;
pub use sim::{Demand, Nat};
pub use stop::Stop;
