//! How much work a request is.

use balance::Rng;

/// A distribution of the time that a request takes on an idle server of full speed.
/// Times are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Demand {
    /// Always the same.
    Constant {
        /// That time.
        mean_ms: f64,
    },
    /// Memoryless; CV² is 1.
    Exponential {
        /// Expected value.
        mean_ms: f64,
    },
    /// Most requests short, some long: what websites usually measure.
    Lognormal {
        /// Expected value.
        mean_ms: f64,
        /// Variance ÷ mean²; above 0.
        cv2: f64,
    },
    /// A heavy tail with an end (Harchol-Balter, *Performance Modeling and Design*, ch. 20).
    BoundedPareto {
        /// Tail index; above 0, the smaller the heavier.
        shape: f64,
        /// Shortest time; above 0.
        min_ms: f64,
        /// Longest time; above `min_ms`.
        max_ms: f64,
    },
}

impl Demand {
    /// Expected value, in milliseconds.
    pub fn mean_ms(&self) -> f64 {
        match *self {
            Demand::Constant { mean_ms }
            | Demand::Exponential { mean_ms }
            | Demand::Lognormal { mean_ms, .. } => mean_ms,
            Demand::BoundedPareto { shape, min_ms, max_ms } => {
                let scale = shape * min_ms / (1.0 - (min_ms / max_ms).powf(shape));
                if (shape - 1.0).abs() < 1e-9 {
                    return scale * (max_ms / min_ms).ln();
                }
                scale * (1.0 - (min_ms / max_ms).powf(shape - 1.0)) / (shape - 1.0)
            }
        }
    }

    /// Draws one, in nanoseconds; at least 1.
    pub fn draw_ns(&self, rng: &mut Rng) -> u64 {
        let ms = match *self {
            Demand::Constant { mean_ms } => mean_ms,
            Demand::Exponential { mean_ms } => mean_ms * exponential(rng),
            Demand::Lognormal { mean_ms, cv2 } => {
                let variance = cv2.ln_1p();
                mean_ms * (variance.sqrt() * normal(rng) - variance / 2.0).exp()
            }
            Demand::BoundedPareto { shape, min_ms, max_ms } => {
                let cut = (min_ms / max_ms).powf(shape);
                let survival = 1.0 - rng.unit() * (1.0 - cut);
                (min_ms * survival.powf(-1.0 / shape)).min(max_ms)
            }
        };
        (ms * 1e6) as u64 + 1
    }
}

/// A draw with mean 1.
pub(crate) fn exponential(rng: &mut Rng) -> f64 {
    -(1.0 - rng.unit()).ln()
}

/// A standard normal draw (Box and Muller 1958).
fn normal(rng: &mut Rng) -> f64 {
    let radius = (2.0 * exponential(rng)).sqrt();
    radius * (std::f64::consts::TAU * rng.unit()).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws 400,000 values and compares both moments with what the type promises.
    fn check(demand: Demand, mean_ms: f64, cv2: f64) {
        let mut rng = Rng::new(7);
        let draws: Vec<f64> = (0..400_000).map(|_| demand.draw_ns(&mut rng) as f64 / 1e6).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let square = draws.iter().map(|x| x * x).sum::<f64>() / draws.len() as f64;
        let seen_cv2 = square / (mean * mean) - 1.0;
        assert!((mean / mean_ms - 1.0).abs() < 0.02, "{demand:?}: mean {mean}");
        assert!((seen_cv2 - cv2).abs() <= 0.06 * cv2.max(1e-3), "{demand:?}: CV² {seen_cv2}");
        assert!((demand.mean_ms() / mean_ms - 1.0).abs() < 1e-3, "{demand:?}");
    }

    #[test]
    fn draws_have_the_promised_moments() {
        check(Demand::Constant { mean_ms: 20.0 }, 20.0, 0.0);
        check(Demand::Exponential { mean_ms: 20.0 }, 20.0, 1.0);
        check(Demand::Lognormal { mean_ms: 20.0, cv2: 4.0 }, 20.0, 4.0);
        // Worked out by hand: the mean is 1.5 × 5 ÷ 0.5 × 0.9 ÷ 0.999.
        let pareto = Demand::BoundedPareto { shape: 1.5, min_ms: 5.0, max_ms: 500.0 };
        check(pareto, 13.5135, 2.7);
    }
}
