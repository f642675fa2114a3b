//! What a configuration of nginx says of balancing: upstreams, what leads to them, and how.

mod address;
mod block;
mod config;
mod in_force;
mod listen;
mod logs;
mod method;
mod pass;
mod peer;
mod real_ip;
mod resolve;
mod scope;
mod trying;
mod units;
mod upstream;
mod values;
mod variable;
mod walk;

#[cfg(test)]
mod tests;

pub use address::Address;
pub use block::{Action, Block};
pub use config::{Config, Kind, Server, Workers};
pub use in_force::{Access, ErrorPage, Gate, InForce, Who};
pub use listen::Listen;
pub use logs::{AccessLog, LogFormat};
pub use method::{Method, Sticky};
pub use pass::{End, Family, Pass, Step, Target, Within};
pub use peer::Peer;
pub use real_ip::RealIp;
pub use trying::Trying;
pub use units::{bytes, millis, seconds};
pub use upstream::{Redefined, Resolver, Upstream, Zone};
pub use variable::{Entry, Geo, Map, Part, SplitClients};
