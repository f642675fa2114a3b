//! Summaries of a stream in fixed memory. Those of several balancers can be merged.

mod distinct;
mod entropy;
mod headcount;
mod heavy;
mod mix;
mod seen;
mod sparse;

pub use distinct::Distinct;
pub use entropy::{Entropy, Spread};
pub use headcount::Headcount;
pub use heavy::{Heavy, Hitter};
pub use mix::{Mixer, client_key, client_network};
pub use seen::{Acquaintance, Seen, Unreadable};
