//! The policies: one file each, all asked the same way.

mod least_pressure;
mod maglev;
mod peak_ewma;
mod random;
mod rendezvous;
mod ring;
mod round_robin;
mod two_choices;
mod view;

pub(crate) use least_pressure::{Memory, emptiest, is_scanned, least_pressure};
pub(crate) use maglev::Maglev;
pub(crate) use peak_ewma::{fade, observe, peak_ewma};
pub(crate) use random::random;
pub(crate) use rendezvous::rendezvous;
pub(crate) use ring::Ring;
pub(crate) use round_robin::round_robin;
pub(crate) use two_choices::two_choices;
pub(crate) use view::{Choice, View};
