//! Decides which endpoint receives a request.
//!
//! Events go in, decisions come out. Clock, seed and network belong to the caller,
//! which is why proxy, simulator and prediction all run this very code.
#![no_std]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod affinity;
mod atomic;
mod bound;
mod budget;
mod crowd;
mod delay;
mod eject;
mod endpoint;
mod excess;
mod hash;
mod hold;
mod learn;
mod lease;
mod lottery;
mod math;
mod md5;
mod moves;
mod pick;
mod policy;
mod pool;
mod probe;
mod reason;
mod rng;
mod session;
mod slots;
mod spec;
mod tick;
mod trust;

pub use budget::RetryBudget;
pub use endpoint::Endpoint;
pub use hash::{endpoint_id, hash_bytes};
pub use hold::{Hold, Want};
pub use lease::{Lease, Outcome};
pub use pick::{Ask, Pick, Refusal};
pub use pool::Pool;
pub use probe::{ProbeGate, ProbeState};
pub use reason::Reason;
pub use rng::Rng;
pub use session::Claims;
pub use spec::{
    AffinitySpec, EjectionSpec, EndpointSpec, Policy, PoolSpec, RetrySpec, SessionState,
};
