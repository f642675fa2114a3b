//! What HAProxy says at its socket: `show servers state`, `show stat` and `show info`.

mod info;
mod servers_state;
mod stat;
mod table;

pub use info::info;
pub use servers_state::servers_state;
pub use stat::stat;
