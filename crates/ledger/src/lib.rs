//! What happened: counters, access records and the status they add up to.

// Printing panics when nobody reads any more.
#![cfg_attr(not(test), warn(clippy::print_stdout, clippy::print_stderr))]

mod access;
mod diagnosis;
mod event;
mod heard;
mod histogram;
mod log;
mod measured;
mod status;
pub mod tally;

pub use access::AccessRecord;
pub use diagnosis::{DiagnosisRecord, EvidenceRecord, HypothesisRecord};
pub use event::{Event, EventKind};
pub use heard::{Audience, Failed, Heard};
pub use histogram::{Histogram, HistogramCounts};
pub use log::AccessLog;
pub use measured::{Measured, MeasuredPool};
pub use status::{
    AccessLogStatus, BUCKETS_S, ConfigStatus, ConnectionStatus, EndpointStatus, LatencyStatus,
    PoolStatus, Status,
};
pub use tally::{EndpointTally, PoolTally, WorkerTally};
