//! The metrics page, made from one snapshot of the status.

mod alarms;
mod endpoints;
mod page;
mod pools;
mod process;
mod server;
mod text;

pub(crate) use page::page;
pub(crate) use process::Process;
