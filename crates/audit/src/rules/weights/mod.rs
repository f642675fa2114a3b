//! How much each server is to get, and whether that is what it can bear.

mod capacity_mismatch;
mod changed_meaning;
mod drained;
mod ignored;
mod orders;
mod runtime_drift;
mod shares;
mod vanishing_pool;

pub(super) use capacity_mismatch::CapacityMismatch;
pub(super) use changed_meaning::ChangedMeaning;
pub(super) use drained::Drained;
pub(super) use ignored::Ignored;
pub(super) use orders::orders;
pub(super) use runtime_drift::RuntimeDrift;
pub(super) use shares::multiples;
pub(super) use vanishing_pool::VanishingPool;
