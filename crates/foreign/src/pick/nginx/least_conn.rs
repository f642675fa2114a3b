//! `least_conn`: the fewest requests over weight; among equals, the smooth round robin.

use super::peers::{Moment, Peer, Peers, whole_s};
use crate::pick::{Change, Outcome, Picker, Request, Server, State};

/// `least_conn`.
#[derive(Clone, Debug)]
pub struct LeastConn(Peers);

impl LeastConn {
    /// As nginx starts with these servers.
    pub fn new(servers: &[Server]) -> LeastConn {
        LeastConn(Peers::new(servers))
    }

    fn pick_from(&mut self, backup: bool, at: &Moment<'_>) -> Option<usize> {
        let side = if backup { &self.0.backup } else { &self.0.main };
        let load = |peer: &Peer, other: &Peer| {
            i64::from(at.state.in_flight(peer.server)).saturating_mul(other.weight)
        };
        let (mut best, mut equals): (Option<usize>, usize) = (None, 0);
        for (index, peer) in side.iter().enumerate() {
            if !self.0.is_open(peer, at) {
                continue;
            }
            match best.map(|best| load(peer, &side[best]).cmp(&load(&side[best], peer))) {
                None | Some(std::cmp::Ordering::Less) => (best, equals) = (Some(index), 0),
                Some(std::cmp::Ordering::Equal) => equals += 1,
                Some(std::cmp::Ordering::Greater) => {}
            }
        }
        let mut best = best?;
        if equals > 0 {
            let (first, of) = (best, side[best].clone());
            best = self.0.smooth(backup, at, |_, index, peer| {
                index >= first && load(peer, &of) == load(&of, peer)
            })?;
        }
        self.0.checked(backup, best, at.now_s)
    }
}

impl Picker for LeastConn {
    fn pick(&mut self, request: &Request<'_>, state: &State<'_>) -> Option<usize> {
        let at = Moment { state: *state, now_s: whole_s(request.at_s) };
        if self.0.is_single() {
            return self.0.round(&at);
        }
        [false, true].into_iter().find_map(|backup| self.pick_from(backup, &at))
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
    fn equals_take_turns() {
        let mut picker = LeastConn::new(&servers(&[1, 2, 1]));
        let mut pick =
            |in_flight: &[u32]| picker.pick(&Request::default(), &State { in_flight, tried: &[] });
        assert_eq!(pick(&[1, 0, 2]), Some(1));
        assert_eq!(pick(&[1, 2, 0]), Some(2));
        assert_eq!([pick(&[1, 2, 1]), pick(&[1, 2, 1])], [Some(1), Some(0)]);
    }
}
