//! HAProxy: frontends become listeners and routes, backends pools.

mod hashing;
mod matching;
mod pools;
mod proxies;
mod rest;

pub(super) use proxies::translate;
