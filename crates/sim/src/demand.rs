//! How much work a request is: the time that it takes on an idle server of full speed.

use std::time::Duration;

use balance::Rng;

/// Keeps the longest draw of any distribution far from overflow.
const MEAN_MAX: Duration = Duration::from_secs(3600);

/// A distribution of demands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Demand {
    /// Always the same.
    Constant {
        /// That time.
        mean: Duration,
    },
    /// Memoryless; CV² is 1.
    Exponential {
        /// Expected value.
        mean: Duration,
    },
    /// Most requests short, some long: what websites usually measure.
    Lognormal {
        /// Expected value.
        mean: Duration,
        /// Variance ÷ mean²; above 0.
        cv2: f64,
    },
    /// A heavy tail with an end (Harchol-Balter, *Performance Modeling and Design*, ch. 20).
    BoundedPareto {
        /// Tail index; above 0, the smaller the heavier.
        shape: f64,
        /// Shortest time; above 0.
        min: Duration,
        /// Longest time; above `min`.
        max: Duration,
    },
}

impl Demand {
    /// Expected value.
    pub fn mean(&self) -> Duration {
        match *self {
            Demand::Constant { mean }
            | Demand::Exponential { mean }
            | Demand::Lognormal { mean, .. } => mean,
            Demand::BoundedPareto { shape, min, max } => {
                Duration::from_secs_f64(pareto_moment(shape, min, max, 1.0))
            }
        }
    }

    /// Squared coefficient of variation: variance ÷ mean².
    pub fn cv2(&self) -> f64 {
        match *self {
            Demand::Constant { .. } => 0.0,
            Demand::Exponential { .. } => 1.0,
            Demand::Lognormal { cv2, .. } => cv2,
            Demand::BoundedPareto { shape, min, max } => {
                let mean = pareto_moment(shape, min, max, 1.0);
                pareto_moment(shape, min, max, 2.0) / (mean * mean) - 1.0
            }
        }
    }

    /// Draws one. The same draws give the same demand.
    pub fn draw(&self, rng: &mut Rng) -> Duration {
        match *self {
            Demand::Constant { mean } => mean,
            Demand::Exponential { mean } => mean.mul_f64(exponential(rng)),
            Demand::Lognormal { mean, cv2 } => {
                let variance = cv2.ln_1p();
                mean.mul_f64((variance.sqrt() * normal(rng) - variance / 2.0).exp())
            }
            Demand::BoundedPareto { shape, min, max } => {
                let cut = (min.as_secs_f64() / max.as_secs_f64()).powf(shape);
                let survival = 1.0 - rng.unit() * (1.0 - cut);
                min.mul_f64(survival.powf(-1.0 / shape)).min(max)
            }
        }
    }

    /// Whether there is such a distribution.
    ///
    /// # Errors
    /// When there is none, or its times are beyond a day.
    pub fn check(&self) -> Result<(), NoSuchDemand> {
        match *self {
            Demand::Constant { mean }
            | Demand::Exponential { mean }
            | Demand::Lognormal { mean, .. }
                if mean > MEAN_MAX =>
            {
                Err(NoSuchDemand::new(
                    format!("a demand of {mean:?} on average is too long"),
                    "write a mean of up to an hour",
                ))
            }
            Demand::Lognormal { cv2, .. } if !(cv2 > 0.0 && cv2 <= 1000.0) => {
                Err(NoSuchDemand::new(
                    format!("a lognormal demand cannot have the CV² {cv2}"),
                    "write a CV² above 0 and up to 1000; for 0 use a constant",
                ))
            }
            Demand::BoundedPareto { shape, min, max }
                if !(shape > 0.0 && shape.is_finite())
                    || min.is_zero()
                    || min >= max
                    || max > 24 * MEAN_MAX =>
            {
                Err(NoSuchDemand::new(
                    format!("no bounded Pareto has shape {shape}, min {min:?} and max {max:?}"),
                    "write a shape above 0 and 0 < min < max, up to a day",
                ))
            }
            _ => Ok(()),
        }
    }
}

/// Why there is no such distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchDemand {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: &'static str,
}

impl NoSuchDemand {
    fn new(message: String, hint: &'static str) -> Self {
        NoSuchDemand { message, hint }
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

/// E[X^k] in seconds^k.
fn pareto_moment(shape: f64, min: Duration, max: Duration, k: f64) -> f64 {
    let (low, high) = (min.as_secs_f64(), max.as_secs_f64());
    let scale = shape * low.powf(k) / (1.0 - (low / high).powf(shape));
    if (shape - k).abs() < 1e-9 {
        return scale * (high / low).ln();
    }
    scale * (1.0 - (low / high).powf(shape - k)) / (shape - k)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Draws 400,000 values and compares both moments with what the type promises.
    fn check(demand: Demand, mean_ms: f64, cv2: f64) {
        let mut rng = Rng::new(7);
        let n = 400_000;
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..n {
            let ms = demand.draw(&mut rng).as_secs_f64() * 1e3;
            sum += ms;
            squares += ms * ms;
        }
        let mean = sum / f64::from(n);
        let seen_cv2 = squares / f64::from(n) / (mean * mean) - 1.0;
        assert!((mean / mean_ms - 1.0).abs() < 0.02, "{demand:?}: mean {mean} ms");
        assert!((seen_cv2 - cv2).abs() <= 0.06 * cv2.max(1e-6), "{demand:?}: CV² {seen_cv2}");
        assert!((demand.mean().as_secs_f64() * 1e3 / mean_ms - 1.0).abs() < 1e-3);
        assert!((demand.cv2() - cv2).abs() <= 1e-3 * cv2);
        assert!(demand.check().is_ok());
    }

    #[test]
    fn samples_have_the_promised_mean_and_cv2() {
        check(Demand::Constant { mean: 20 * MS }, 20.0, 0.0);
        check(Demand::Exponential { mean: 20 * MS }, 20.0, 1.0);
        check(Demand::Lognormal { mean: 20 * MS, cv2: 4.0 }, 20.0, 4.0);
        // Worked out by hand: the mean is 1.5 × 5 ÷ 0.5 × 0.9 ÷ 0.999.
        let pareto = Demand::BoundedPareto { shape: 1.5, min: 5 * MS, max: 500 * MS };
        check(pareto, 13.5135, 2.7);
    }

    #[test]
    fn a_shape_equal_to_the_moment_is_its_limit() {
        let mean = |shape| {
            Demand::BoundedPareto { shape, min: 5 * MS, max: 500 * MS }.mean().as_secs_f64()
        };
        assert!((mean(1.0) / mean(1.000_01) - 1.0).abs() < 1e-3);
    }

    #[test]
    fn impossible_parameters_are_refused() {
        for bad in [
            Demand::Lognormal { mean: MS, cv2: 0.0 },
            Demand::Lognormal { mean: MS, cv2: f64::NAN },
            Demand::BoundedPareto { shape: 0.0, min: MS, max: 2 * MS },
            Demand::BoundedPareto { shape: 1.0, min: 2 * MS, max: MS },
            Demand::BoundedPareto { shape: 1.0, min: Duration::ZERO, max: MS },
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }
}
