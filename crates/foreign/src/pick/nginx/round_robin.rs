//! nginx without a word: the smooth weighted round robin.

use super::peers::{Moment, Peers, whole_s};
use crate::pick::{Change, Outcome, Picker, Request, Server, State};

/// The smooth weighted round robin, of one worker or of a `zone` that all workers share.
#[derive(Clone, Debug)]
pub struct RoundRobin(Peers);

impl RoundRobin {
    /// As nginx starts with these servers; a name with several addresses is several of them.
    pub fn new(servers: &[Server]) -> RoundRobin {
        RoundRobin(Peers::new(servers))
    }
}

impl Picker for RoundRobin {
    fn pick(&mut self, request: &Request<'_>, state: &State<'_>) -> Option<usize> {
        self.0.round(&Moment { state: *state, now_s: whole_s(request.at_s) })
    }

    fn change(&mut self, server: usize, change: Change) {
        self.0.change(server, change);
    }

    fn finish(&mut self, server: usize, outcome: Outcome, at_s: f64) {
        self.0.finish(server, outcome, whole_s(at_s));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::nginx::samples::servers;

    #[test]
    fn weights_are_spread() {
        let mut picker = RoundRobin::new(&servers(&[5, 1, 1]));
        let mut pick = || picker.pick(&Request::default(), &State::default());
        let picks: Vec<_> = (0..7).map(|_| pick().expect("somebody")).collect();
        assert_eq!(picks, [0, 0, 1, 0, 2, 0, 0]);
    }

    #[test]
    fn a_server_that_failed_is_left_alone_for_a_while() {
        let mut picker = RoundRobin::new(&servers(&[1, 1]));
        let at = |at_s| Request { at_s, ..Request::default() };
        assert_eq!(picker.pick(&at(100.0), &State::default()), Some(0));
        picker.finish(0, Outcome::Failed, 100.0);
        let tried = State { in_flight: &[], tried: &[0] };
        assert_eq!(picker.pick(&at(100.1), &tried), Some(1));
        let picks = [100.2, 105.0, 110.9].map(|at_s| picker.pick(&at(at_s), &State::default()));
        assert_eq!(picks, [Some(1); 3]);
        // What it lost of its weight comes back with every turn.
        let picks = [111.0, 111.1, 111.2].map(|at_s| picker.pick(&at(at_s), &State::default()));
        assert!(picks.contains(&Some(0)), "{picks:?}");
    }
}
