//! HAProxy's methods, as of 2.6; where others of 1.5 to 3.4 differ, it is said.

mod balance;
mod converter;
mod cookie;
mod cookies;
mod expression;
mod first;
mod fleet;
mod hashed;
mod hashing;
mod key;
mod least_conn;
mod list;
mod map;
mod occurrence;
mod random;
mod ring;
mod round_robin;
#[cfg(test)]
mod samples;
mod stick;

pub use balance::Balance;
pub(crate) use converter::Converter;
pub use cookie::{CookiePersistence, CookieRule};
pub(crate) use cookies::cookies;
pub use expression::Expression;
pub(crate) use expression::{Sample, calls};
pub use first::First;
pub use hashed::Hashed;
pub use hashing::{Function, HashType, Lookup, ServerKey};
pub use key::{Key, Uri};
pub use least_conn::LeastConn;
pub(crate) use list::values;
pub use map::StaticRoundRobin;
pub(crate) use occurrence::{Occurrence, address};
pub use random::Random;
pub use round_robin::RoundRobin;
pub use stick::{KeyType, StickRule, StickTable};
