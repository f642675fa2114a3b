//! Gives servers their shares in turns: where a balancer begins by chance, and shares are all
//! that can be said.

use foreign::pick::{Change, Picker, Request, State};

/// A smooth round robin over shares.
pub(super) struct Even {
    shares: Vec<f64>,
    current: Vec<f64>,
}

impl Even {
    pub(super) fn new(shares: Vec<f64>) -> Even {
        Even { current: vec![0.0; shares.len()], shares }
    }
}

impl Picker for Even {
    fn pick(&mut self, _: &Request<'_>, _: &State<'_>) -> Option<usize> {
        let mut best: Option<usize> = None;
        for (place, share) in self.shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            self.current[place] += share;
            if best.is_none_or(|best| self.current[place] > self.current[best]) {
                best = Some(place);
            }
        }
        let best = best?;
        self.current[best] -= self.shares.iter().sum::<f64>();
        Some(best)
    }

    fn change(&mut self, _: usize, _: Change) {}
}
