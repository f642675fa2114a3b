//! What a configuration of Envoy says of balancing: clusters, their servers, and what leads there.

mod access_log;
mod breaker;
mod cluster;
mod config;
mod endpoint;
mod find;
mod hash;
mod health;
mod listener;
mod matching;
mod policy;
mod reading;
mod retry;
mod route;
mod subset;

pub use breaker::{RetryBudget, Threshold};
pub use cluster::{Cluster, Locality, Overall};
pub use config::{Api, Config};
pub use endpoint::{Address, Assignment, Endpoint, Group};
pub use hash::{HashBy, HashPolicy};
pub use health::{Check, HealthCheck, Outlier};
pub use listener::{Listener, Stateful};
pub use matching::{Ask, Asks, Wanted};
pub use policy::{Policy, SlowStart};
pub use retry::Retry;
pub use route::{Route, RouteTable, Target, VirtualHost, Weighted};
pub use subset::Subset;
