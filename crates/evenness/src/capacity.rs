//! How much of what a pool is built for can be used, and who is gone.

use std::sync::Arc;

use crate::window::{EndpointWindow, PoolWindow};

/// Who can be used for less than this part of the time is gone.
const GONE: f64 = 0.5;
/// Attempts without one answer from which on nobody is there, whatever probes say.
const ATTEMPTS_MIN: u64 = 3;

/// A pool's capacity in a window.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Capacity {
    /// Slots that it is built for, on average.
    pub built: f64,
    /// Those among them that could be used.
    pub usable: f64,
    /// Endpoints that were not there most of the time.
    pub gone: Vec<Arc<str>>,
}

impl Capacity {
    /// Who answers nobody cannot be used, even while it is tried again.
    pub fn of(window: &PoolWindow) -> Capacity {
        let length_s = window.length_s.max(f64::MIN_POSITIVE);
        let mut all = Capacity::default();
        for (name, endpoint) in &window.endpoints {
            let usable_s = if answers_nobody(endpoint) { 0.0 } else { endpoint.usable_s };
            all.built += endpoint.capacity_s / length_s;
            all.usable += usable_s / length_s;
            if usable_s < GONE * endpoint.capacity_s {
                all.gone.push(Arc::clone(name));
            }
        }
        all
    }

    /// The part that cannot be used, 0 to 1; `None` where there is nothing.
    pub fn missing(&self) -> Option<f64> {
        (self.built > 0.0).then(|| 1.0 - self.usable / self.built)
    }
}

fn answers_nobody(endpoint: &EndpointWindow) -> bool {
    let answers: u64 = endpoint.statuses.iter().sum();
    let put_aside = endpoint.usable_s < 0.999 * endpoint.capacity_s;
    answers == 0 && endpoint.failures >= if put_aside { 1 } else { ATTEMPTS_MIN }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four endpoints of ten slots; the last one can be used so long and has these counts.
    fn missing(usable_s: f64, failures: u64, answers: u64) -> (f64, usize) {
        let mut endpoints: Vec<(Arc<str>, EndpointWindow)> = (0..4)
            .map(|at| {
                let whole = EndpointWindow {
                    capacity_s: 100.0,
                    usable_s: 100.0,
                    ..EndpointWindow::default()
                };
                (Arc::from(format!("web{at}")), whole)
            })
            .collect();
        let last = &mut endpoints[3].1;
        (last.usable_s, last.failures, last.statuses[1]) = (usable_s, failures, answers);
        let capacity =
            Capacity::of(&PoolWindow { length_s: 10.0, endpoints, ..PoolWindow::default() });
        assert_eq!(capacity.built, 40.0);
        ((capacity.missing().expect("slots") * 100.0).round(), capacity.gone.len())
    }

    #[test]
    fn who_answers_nobody_is_gone() {
        assert_eq!(missing(100.0, 0, 50), (0.0, 0));
        assert_eq!(missing(0.0, 0, 0), (25.0, 1));
        assert_eq!(missing(60.0, 0, 0), (10.0, 0), "idle, and away for some seconds");
        assert_eq!(missing(60.0, 1, 0), (25.0, 1), "tried again in vain");
        assert_eq!(missing(100.0, 2, 0), (0.0, 0));
        assert_eq!(missing(100.0, 3, 0), (25.0, 1));
        assert_eq!(missing(100.0, 50, 1), (0.0, 0), "it is ill, and there");
        assert_eq!(Capacity::of(&PoolWindow::default()).missing(), None);
    }
}
