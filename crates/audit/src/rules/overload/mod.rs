//! What happens when there is more to do than can be done.

mod missing_timeouts;
mod partial_cap;
mod retries;
mod retries_envoy;

pub(super) use missing_timeouts::MissingTimeouts;
pub(super) use partial_cap::PartialCap;
pub(super) use retries::Retries;
