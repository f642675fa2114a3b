//! Envoy's methods, as of 1.30 and later.

mod bound;
mod chance;
mod hash_policy;
mod hashed;
mod host;
mod locality;
mod maglev;
mod mersenne;
mod priority;
mod ring_hash;
mod subset;

pub use chance::{Chance, LeastRequest, Policy};
pub use hash_policy::{HashPolicy, HashSource, hash_of};
pub use hashed::{Hashed, Table};
pub use host::{Cluster, Host};
pub use priority::PriorityLoad;
pub use ring_hash::{PointHash, RingSettings};
pub use subset::{Fallback, Labels, subset};
