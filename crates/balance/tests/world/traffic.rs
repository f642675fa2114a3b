//! Who asks, when, and for how much work: the same for every decider under one seed.

use balance::Rng;

/// One request.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    pub at_ns: u64,
    pub user: usize,
    /// Work on an idle server of full speed.
    pub demand_ns: u64,
}

/// Poisson arrivals of users with Zipf activity and lognormal demands.
#[derive(Clone, Debug)]
pub struct Traffic {
    rng: Rng,
    at_ns: f64,
    gap_ns: f64,
    mean_ns: f64,
    /// Lognormal demands of CV² 4, or exponential ones.
    lognormal: bool,
    /// Cumulative activity of the users.
    users: Vec<f64>,
}

impl Traffic {
    /// `per_second` requests of `mean_ms` work each, from one user.
    pub fn new(seed: u64, per_second: f64, mean_ms: f64) -> Self {
        let gap_ns = 1e9 / per_second;
        let mean_ns = mean_ms * 1e6;
        let (rng, users) = (Rng::new(seed), vec![1.0]);
        Traffic { rng, at_ns: 0.0, gap_ns, mean_ns, lognormal: true, users }
    }

    /// Spreads the requests over `users` whose activity falls as rank to the −`exponent`.
    pub fn users(mut self, users: usize, exponent: f64) -> Self {
        let mut sum = 0.0;
        let activity = (1..=users).map(|rank| {
            sum += (rank as f64).powf(-exponent);
            sum
        });
        self.users = activity.collect();
        self
    }

    /// Demands are exponential instead of lognormal.
    pub fn exponential_demands(mut self) -> Self {
        self.lognormal = false;
        self
    }

    fn exponential(&mut self) -> f64 {
        -(1.0 - self.rng.unit()).ln()
    }

    /// Exponential, or lognormal of CV² 4 by Box–Muller.
    fn demand(&mut self) -> f64 {
        if !self.lognormal {
            return self.mean_ns * self.exponential();
        }
        let variance = 5.0f64.ln();
        let radius = (2.0 * self.exponential()).sqrt();
        let normal = radius * (std::f64::consts::TAU * self.rng.unit()).cos();
        self.mean_ns * (normal * variance.sqrt() - variance / 2.0).exp()
    }
}

impl Iterator for Traffic {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        self.at_ns += self.exponential() * self.gap_ns;
        let point = self.rng.unit() * self.users.last()?;
        let user = self.users.partition_point(|&sum| sum <= point).min(self.users.len() - 1);
        let demand_ns = self.demand() as u64 + 1;
        Some(Arrival { at_ns: self.at_ns as u64, user, demand_ns })
    }
}
