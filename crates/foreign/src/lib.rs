//! Reads what other balancers have: their configurations and logs, and how they pick.

pub mod envoy;
mod fault;
mod file;
pub mod haproxy;
pub mod logs;
pub mod nginx;
pub mod pick;
mod placed;
pub mod route;
pub mod running;
mod setting;
mod source;
mod template;

pub use fault::SyntaxError;
pub use file::read_file;
pub use placed::Placed;
pub use setting::Setting;
pub use source::{FileId, Place, Shift, Sources, Span};
