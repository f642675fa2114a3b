//! Where a load's requests come from: drawn by the load itself, planned elsewhere, or recorded.

use std::time::Duration;
use std::vec::IntoIter;

use super::schedule::{Arrival, Schedule};

/// A request that was planned elsewhere, so that others get the very same ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// When, after the load's start.
    pub at: Duration,
    /// Which user.
    pub user: u32,
    /// Which kind of the mix, by its place there.
    pub kind: u32,
    /// Number of the address that this user always comes from; several users may share one.
    pub address: u32,
    /// Work that the origin is told to do.
    pub work: Duration,
}

/// A request of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// When, after the load's start.
    pub at: Duration,
    /// Which user.
    pub user: u32,
    /// Which kind of the mix, by its place there.
    pub kind: u32,
}

/// All requests of a load, in the order of their times.
pub(super) enum Plan {
    Drawn(Box<Schedule>),
    Given(IntoIter<Planned>),
    Recorded(IntoIter<Recorded>),
}

impl Iterator for Plan {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        match self {
            Plan::Drawn(schedule) => schedule.next(),
            Plan::Given(planned) => {
                planned.next().map(|Planned { at, user, kind, work, .. }| Arrival {
                    at,
                    user,
                    kind: kind as usize,
                    work: Some(work),
                })
            }
            Plan::Recorded(recorded) => recorded.next().map(|Recorded { at, user, kind }| {
                Arrival { at, user, kind: kind as usize, work: None }
            }),
        }
    }
}
