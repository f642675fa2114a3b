//! The configuration's keys: their types, their defaults, and the text that documents them.
//!
//! This is the single source of the parser, the JSON Schema and the reference page.
//! A doc comment here is what users read there.

mod admin;
mod affinity;
mod alarms;
mod audit;
mod endpoint;
mod file;
mod firewall;
mod forms;
mod hash;
mod listener;
mod log;
mod objective;
mod policy;
mod pool;
mod probe;
mod recovery;
mod route;
mod secret;
mod server;

pub use affinity::{Affinity, AffinityCarrier, StateName};
pub use alarms::{
    AlarmRoute, Alarms, Alertmanager, CauseName, Email, Escalation, Exec, Heartbeat, KindName,
    MailTls, PagerDuty, Receiver, ReceiverKind, SeverityName, Slack, Webhook,
};
pub use audit::{Audit, AuditTarget, LevelName, ProductName};
pub use endpoint::Endpoint;
pub use file::Settings;
pub use firewall::{Firewall, FirewallFormat};
pub use hash::{HashKey, HashSource};
pub use listener::{ClientTimeouts, Limits, Listener};
pub use objective::Objective;
pub use policy::PolicyName;
pub use pool::{KeepAlive, Pool, Queue, UpstreamTimeouts};
pub use probe::Probe;
pub use recovery::{Ejection, Retry};
pub use route::Route;
pub use secret::Secret;
pub use server::Server;
