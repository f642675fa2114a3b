//! Which pool a request goes to, by a balancer's own rules and as far as a log tells.

mod decision;
mod envoy;
mod expression;
mod haproxy;
mod keyed;
mod names;
mod nginx;
mod texts;
mod truth;

pub use decision::{Decision, Doubt, To};
pub use envoy::EnvoyRoutes;
pub use haproxy::{Edits, HaproxyRoutes, followed_variables};
pub use keyed::Keyed;
pub use nginx::NginxRoutes;
