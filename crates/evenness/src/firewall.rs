//! What a firewall saw, as far as its logs tell it, and how much of the time they tell of.
//!
//! Drops are half of the question whether a website is flooded; the other half is whether
//! anybody was looking. [`FirewallWindow`] has the first, [`Coverage`] the second, and no count
//! of the one means anything without the other.

mod busiest;
mod counts;
mod coverage;
mod second;
mod sighting;
mod sources;
mod window;

pub use busiest::Busiest;
pub use counts::FirewallCounts;
pub use coverage::{Coverage, Covers, FileCoverage, FileState};
pub use second::FirewallSecond;
pub use sighting::{AlertClass, Ruling, Sighting};
pub use window::{Busy, FirewallWindow};
