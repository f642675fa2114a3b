//! What all imitations have in common.

use super::{Change, Outcome, Request, State};

/// An imitation of one balancer's method over one list of servers.
///
/// It knows no clock and no chance: the same calls give the same answers. A method that draws is
/// built with the numbers it draws, and tells its shares beside.
pub trait Picker {
    /// The place in the list of the server that gets this request. `None` where the balancer
    /// would answer by itself, or let the request wait: nobody is there, or all are full.
    fn pick(&mut self, request: &Request<'_>, state: &State<'_>) -> Option<usize>;

    /// Takes a change in. What is not in the list is left out.
    fn change(&mut self, server: usize, change: Change);

    /// Tells that a server answered, or that it failed: by these, nginx leaves servers alone. The
    /// time is that of the requests; elsewhere this does nothing.
    fn finish(&mut self, server: usize, outcome: Outcome, at_s: f64) {
        let _ = (server, outcome, at_s);
    }

    /// Looks at the counts without picking. Where ties are broken by who became idle first, call
    /// this after each request that ends, and before a change; elsewhere it does nothing.
    fn settle(&mut self, state: &State<'_>) {
        let _ = state;
    }
}
