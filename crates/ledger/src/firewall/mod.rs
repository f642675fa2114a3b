//! Reads the logs of firewalls, continuously, and says what they show and how much they cover.

mod clock;
mod followed;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod kernel;
mod line;
mod lines;
mod plan;
mod reader;
mod ring;
mod rotation;
mod start;
mod suricata;
mod tail;
mod track;
mod ufw;
mod vpc_flow;
mod watch;
mod words;
mod zone;

pub use plan::{FirewallLog, FirewallPlan};
pub use watch::Firewall;
pub use zone::Zone;
