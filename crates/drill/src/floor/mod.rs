//! The drill floor: a scenario on real sockets, before any balancer, with the very requests that
//! the simulator plays.

mod balancer;
mod contender;
mod evenkeel;
mod haproxy;
mod nginx;
mod play;
mod sampler;
mod timeline;

pub use balancer::Balancer;
pub use play::{Drill, DrillReport};
