//! The drill floor: a scenario on real sockets, before any balancer, with the very requests that
//! the simulator plays.

mod balancer;
mod contender;
mod envoy;
mod evenkeel;
mod forge;
mod haproxy;
mod keeping;
mod nginx;
mod noise;
mod play;
mod process;
mod program;
mod sampler;
mod servers;
mod setting;
mod site;
mod timeline;
mod witness;

pub use balancer::Balancer;
pub use contender::Contender;
pub use play::{Drill, DrillReport};
pub use servers::start as start_servers;
pub use setting::Setting;
pub use witness::Noticed;
