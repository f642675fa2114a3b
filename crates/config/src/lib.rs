//! What was asked: parses, checks and explains a configuration.
//!
//! A file is read once into a tree that knows its places, held against the shape that the
//! types in [`Settings`] declare, and then against the rules no type can state. All problems
//! come out at once, each with its place, the reason and a hint.

// Printing panics when nobody reads any more.
#![cfg_attr(not(test), warn(clippy::print_stdout, clippy::print_stderr))]

mod check;
mod diff;
mod file;
mod finding;
mod lines;
mod load;
mod nearest;
mod places;
mod problem;
mod problems;
mod reference;
mod render;
mod rules;
mod running;
mod schedule;
mod schema;
mod settings;
mod shape;
mod spec;
mod statuses;
mod strict;
mod structure;
mod syntax;
mod tree;
mod units;

pub use diff::{Difference, Part, diff, takes_away};
pub use file::{open_file, read_file};
pub use load::{LoadError, Loaded, load, parse, read};
pub use nearest::nearest;
pub use places::Places;
pub use problem::{Problem, Related, Severity};
pub use problems::Problems;
pub use reference::{reference, reference_of};
pub use running::RunningAt;
pub use schedule::{Schedule, ScheduleError};
pub use schema::schema;
pub use settings::{
    Affinity, AffinityCarrier, AlarmRoute, Alarms, Alertmanager, Audit, AuditTarget, CauseName,
    ClientTimeouts, Ejection, Email, Endpoint, Escalation, Exec, Firewall, FirewallFormat, HashKey,
    HashSource, Heartbeat, KeepAlive, KindName, LevelName, Limits, Listener, MailTls, Objective,
    PagerDuty, PolicyName, Pool, Probe, ProductName, Queue, Receiver, ReceiverKind, Retry, Route,
    Secret, Server, Settings, SeverityName, Slack, StateName, UpstreamTimeouts, Webhook,
};
pub use statuses::{StatusError, StatusSet};
pub use strict::{Fault, strict};
pub use units::{Size, Span, UnitError};
