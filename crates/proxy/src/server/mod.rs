//! The balancer as a whole: started, reloaded, watched and stopped.

mod error;
mod listeners;
mod room;
mod show;
mod start;

pub use error::{ApplyError, StartError};
pub use start::{Farewell, Server};
