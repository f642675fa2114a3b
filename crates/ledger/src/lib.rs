//! What happened: counters, access records and the status they add up to.

// Printing panics when nobody reads any more.
#![cfg_attr(not(test), warn(clippy::print_stdout, clippy::print_stderr))]

mod access;
mod histogram;
mod log;
mod status;
pub mod tally;

pub use access::AccessRecord;
pub use histogram::{Histogram, HistogramCounts};
pub use log::AccessLog;
pub use status::{
    AccessLogStatus, BUCKETS_S, ConfigStatus, ConnectionStatus, EndpointStatus, LatencyStatus,
    PoolStatus, Status,
};
pub use tally::{EndpointTally, PoolTally, WorkerTally};
