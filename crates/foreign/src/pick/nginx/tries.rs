//! How often a method looks for another peer before the round robin takes over.

use crate::pick::State;

const MOST: u32 = 20;

/// The looks of one request. Its earlier picks are looked up again on the way, and not counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tries {
    failed: u32,
    found: usize,
}

impl Tries {
    pub(super) fn new() -> Tries {
        Tries { failed: 0, found: 0 }
    }

    pub(super) fn are_left(&self) -> bool {
        self.failed <= MOST
    }

    /// A peer that cannot be asked.
    pub(super) fn count(&mut self, server: usize, state: &State<'_>) {
        if state.tried.get(self.found) == Some(&server) {
            self.found += 1;
        } else {
            self.failed += 1;
        }
    }
}
