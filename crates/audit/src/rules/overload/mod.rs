//! What happens when there is more to do than can be done.

mod missing_timeouts;

pub(super) use missing_timeouts::MissingTimeouts;
