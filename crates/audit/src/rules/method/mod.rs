//! How a server is chosen, and where that is not what was meant.

mod constant_key;
mod factor_ignored;
mod first_without_limit;
mod hash_without_key;
mod keepalive_lost;
mod no_slow_start;
mod not_consistent;
mod overridden;
mod per_worker;
mod small_table;
mod twice;

pub(super) use constant_key::ConstantKey;
pub(super) use factor_ignored::FactorIgnored;
pub(super) use first_without_limit::FirstWithoutLimit;
pub(super) use hash_without_key::HashWithoutKey;
pub(super) use keepalive_lost::KeepaliveLost;
pub(super) use no_slow_start::NoSlowStart;
pub(super) use not_consistent::NotConsistent;
pub(super) use overridden::Overridden;
pub(super) use per_worker::PerWorker;
pub(super) use small_table::SmallTable;
pub(super) use twice::Twice;
