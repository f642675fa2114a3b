//! What the real program says of a file, once what is elsewhere has been put in place.

mod amend;
mod asked;
mod envoy;
mod haproxy;
mod nginx;
mod pem;
mod settle;
mod variables;

pub(super) use asked::of;
pub(super) use settle::{Bench, Verdict};
pub(super) use variables::variables;
