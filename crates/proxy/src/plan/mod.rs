//! A configuration in force: routes and pools, immutable, swapped whole.

mod build;
mod planned;
mod router;
mod secret;

pub(crate) use build::{Ground, Slots, build};
pub(crate) use planned::{Plan, PlannedEndpoint, PlannedPool, Times};
pub(crate) use router::Router;
pub(crate) use secret::load_or_make;
