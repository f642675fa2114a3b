//! What the data path measured in a second, as it is handed to those who judge.

use std::sync::Arc;

use evenness::PoolWindow;
use evenness::diagnosis::Limits;

use crate::event::Event;
use crate::heard::Audience;

/// One second of everything.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// The second that ended, seconds since the Unix epoch.
    pub at_s: u64,
    /// Every pool in force.
    pub pools: Vec<MeasuredPool>,
    /// What happened since the last one.
    pub events: Vec<Event>,
    /// The balancer's own limits; its queues are in the pools.
    pub limits: Limits,
    /// Seconds before this one that nobody took from the channel in time, and are lost.
    pub lost: u64,
}

/// One pool's second.
#[derive(Clone, Debug)]
pub struct MeasuredPool {
    /// Its name.
    pub name: Arc<str>,
    /// Its counts. Approved shares are for those to fill in who know what was approved.
    pub window: PoolWindow,
    /// Who asked.
    pub audience: Audience,
    /// Whether its policy follows weights alone, so that counts can be held against them.
    pub is_weighted: bool,
    /// What its users are promised.
    pub objective: config::Objective,
    /// The part of its queue's places that were taken, 0 to 1.
    pub queue: f64,
    /// Capacity × weight of every endpoint, as the settings in force have them.
    pub asked: Vec<(Arc<str>, f64)>,
}
