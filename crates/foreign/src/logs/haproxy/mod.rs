//! HAProxy's own formats: HTTP, HTTPS and TCP, with and without what a logger writes before them.

mod captures;
mod head;
mod read;
mod unserved;

pub(super) use captures::capture;
pub(super) use read::Haproxy;
pub use unserved::Unserved;
