//! The conditions of alarms, one file each.

mod burn;
mod capacity;
mod flapping;
mod flood;
mod intent;
mod limit;
mod mechanism;
mod read;
mod retries;
mod sick;
mod uneven;

pub(super) use flood::flood;
pub(super) use limit::{is_near as is_limit_near, shared as shared_limit};
pub(super) use read::read;
