//! What happened: counters, access records and the status they add up to.

// Printing panics when nobody reads any more.
#![cfg_attr(not(test), warn(clippy::print_stdout, clippy::print_stderr))]

mod access;
pub mod alarm;
mod audit;
mod calendar;
mod diagnosis;
mod event;
mod firewall;
mod heard;
mod histogram;
mod intent;
mod log;
mod measured;
mod order;
mod status;
mod store;
pub mod tally;
mod utc;

pub use access::AccessRecord;
pub use audit::{AuditRecord, AuditRun, AuditStatus};
pub use calendar::Utc;
pub use diagnosis::{DiagnosisRecord, EvidenceRecord, HypothesisRecord};
pub use event::{BACK, Event, EventKind, WELL};
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub use firewall::fuzzing;
pub use firewall::{Firewall, FirewallLog, FirewallPlan, Zone};
pub use heard::{Audience, Failed, Heard, Name};
pub use histogram::{Histogram, HistogramCounts};
pub use intent::IntentStatus;
pub use log::AccessLog;
pub use measured::{Measured, MeasuredPool};
pub use order::{AlarmAction, AlarmOrder, ApprovalOrder, EventOrder, SilenceOrder};
pub use status::{
    AccessLogStatus, BUCKETS_S, ConfigStatus, ConnectionStatus, EndpointStatus, LatencyStatus,
    PoolStatus, Status,
};
pub use store::{
    BYTES_MAX as HISTORY_BYTES_MAX, FILE_NAME as HISTORY_FILE, Record, Store, StoreError, Writer,
};
pub use tally::{EndpointTally, PoolTally, WorkerTally};
pub use utc::rfc3339;
