//! Judges how even traffic is, and why it is not: numbers in, verdicts out.
//!
//! It knows nothing of the crate that decides where requests go: two witnesses.

// Printing panics when nobody reads any more.
#![cfg_attr(not(test), warn(clippy::print_stdout, clippy::print_stderr))]

mod backlog;
mod baseline;
mod burn;
mod capacity;
mod cause;
pub mod diagnosis;
#[cfg(test)]
mod draw;
mod endpoints;
mod firewall;
mod identity;
mod ill;
mod latencies;
mod martingale;
mod pace;
mod ranking;
mod shape;
mod signal;
mod sketch;
mod slow;
mod turnout;
mod uneven;
mod verdict;
mod window;

pub use backlog::Backlog;
pub use baseline::{BASELINE_WEEKS, Baseline, HourPair, PastDemand};
pub use burn::{Burn, BurnPair, BurnState, Burning};
pub use capacity::Capacity;
pub use cause::Cause;
pub use endpoints::{Beside, beside};
pub use firewall::{
    AlertClass, Busiest, Busy, Coverage, Covers, FileCoverage, FileState, FirewallCounts,
    FirewallSecond, FirewallWindow, Ruling, Sighting,
};
pub use identity::{EndpointTerms, Identity, Layer, Term};
pub use ill::{Ill, Symptom, ill};
pub use latencies::{CELLS as LATENCY_CELLS, Latencies};
pub use martingale::{BindingExcess, BindingTest, PickTest, TestScore, WINDOWS_PER_YEAR};
pub use ranking::{RANKED, Ranking};
pub use shape::{divergence, jain, peak_to_mean};
pub use signal::{Severity, Signal, SignalKind};
pub use sketch::{
    Acquaintance, Distinct, Entropy, Headcount, Heavy, Hitter, Mixer, Seen, Spread, Unreadable,
    client_key, client_network,
};
pub use slow::is_slow;
pub use turnout::Turnout;
pub use uneven::{Circumstances, UnevenFigures, UnevenLimits, Unevenness};
pub use verdict::Verdict;
pub use window::{Clients, EndpointWindow, PoolWindow, REASONS};
