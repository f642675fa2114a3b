//! What a balancer knows of its servers at the moment of a pick.

/// What a balancer knows of its servers at the moment of a pick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State<'a> {
    /// Requests under way at each server, by its place in the list. Where it is shorter than the
    /// list the rest is idle.
    pub in_flight: &'a [u32],
    /// Servers that this very request was tried at and that failed it, the last one at the end.
    pub tried: &'a [usize],
}

impl State<'_> {
    pub(crate) fn in_flight(&self, server: usize) -> u32 {
        self.in_flight.get(server).copied().unwrap_or(0)
    }
}
