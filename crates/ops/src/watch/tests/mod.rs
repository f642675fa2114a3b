//! Alarms from begin to end, by a clock that the tests move.

mod escalation;
mod every_sequence;
mod explained;
mod group;
mod life;
mod restart;
pub(crate) mod scene;
mod silences;
