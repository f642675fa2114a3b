//! From conditions that hold now to alarms, and to who is told of them: clock in, events out.

mod answer;
mod case;
mod event;
mod explained;
mod felt;
mod flap;
mod group;
mod observed;
mod refusal;
mod route;
mod silence;
mod spell;
mod state;
mod step;
mod tell;
#[cfg(test)]
pub(crate) mod tests;
mod timing;

pub use event::AlarmEvent;
pub use explained::Explained;
pub use refusal::Refusal;
pub use state::{Kept, Watch};
