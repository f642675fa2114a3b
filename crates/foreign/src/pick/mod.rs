//! Picks as other balancers do: requests and changes in, the server's place in the list out.

mod change;
pub(crate) mod digest;
pub mod envoy;
pub mod haproxy;
pub mod nginx;
mod picker;
mod request;
mod server;
mod state;

pub use change::{Change, Outcome};
pub use picker::Picker;
pub use request::{Request, Value};
pub use server::Server;
pub use state::State;
