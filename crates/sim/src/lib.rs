//! A made-up world in a loop: users, servers and balancers in virtual time.
//!
//! The world runs the real deciding core, not a model of it, and reference policies beside it
//! that see what ours cannot. Everything follows from a seed: the same scenario twice gives the
//! same bytes, on any machine, a thousand times faster than real time.

mod by_user;
mod calendar;
mod cast;
mod change;
mod clock;
mod decide;
mod demand;
mod errand;
mod measure;
mod rate;
mod report;
mod rival;
mod script;
mod server;
mod traffic;
mod users;
mod visits;
mod witness;
mod world;

pub use balance::Rng;
pub use cast::{Cast, Reference};
pub use change::{Change, Mode, Turn};
pub use clock::SECOND;
pub use demand::{Demand, NoSuchDemand};
pub use errand::Errand;
pub use rate::Rate;
pub use report::{EndpointReport, Learned, Report};
pub use rival::Rival;
pub use script::{Expectation, Script, ScriptError, Verdict};
pub use server::{Discipline, ServerSpec};
pub use traffic::{Arrival, Arrivals, Retries, TrafficSpec};
pub use users::{Nat, Population};
pub use visits::SessionSpec;
pub use witness::{Asker, Broken, Witnessed};
pub use world::{Scenario, play, play_witnessed};
