//! nginx's methods, as of 1.22.

mod consistent;
mod hash;
mod ip_hash;
mod key;
mod least_conn;
mod peers;
mod random;
mod round_robin;
#[cfg(test)]
mod samples;
mod tries;

pub use consistent::ConsistentHash;
pub use hash::Hash;
pub use ip_hash::IpHash;
pub use key::Key;
pub use least_conn::LeastConn;
pub use random::{Draw, Random};
pub use round_robin::RoundRobin;
