//! A server: a first-come first-served queue before a few slots.

use std::collections::VecDeque;

/// How a server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Serves.
    Well,
    /// Serves, but one request in a hundred ends in a 500.
    Flaky,
    /// Answers 503 in 0.2 ms.
    FailsFast,
    /// Refuses connections; what it was serving breaks off.
    Dead,
}

/// One server's state.
#[derive(Clone, Debug)]
pub struct Server {
    pub slots: usize,
    /// Factor on every demand.
    pub slowness: f64,
    pub mode: Mode,
    pub busy: usize,
    pub queue: VecDeque<usize>,
    /// Requests sent to it and not ended.
    pub in_flight: usize,
    /// Counts deaths: what was started before one does not end well.
    pub life: u32,
}

impl Server {
    pub fn new(slots: usize, slowness: f64) -> Self {
        let queue = VecDeque::new();
        Server { slots, slowness, mode: Mode::Well, busy: 0, queue, in_flight: 0, life: 0 }
    }

    /// Mean delay of one more request, in units of a full-speed service.
    pub fn expected_delay(&self) -> f64 {
        self.slowness * ((self.in_flight + 1) as f64 / self.slots as f64).max(1.0)
    }
}
