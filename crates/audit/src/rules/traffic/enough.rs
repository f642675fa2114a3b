//! Pools that got enough requests to be judged.

use crate::predict::{PoolPrediction, Prediction};

/// Pools whose shares are more than chance.
pub(super) fn enough(prediction: &Prediction) -> impl Iterator<Item = &PoolPrediction> {
    prediction.pools.iter().filter(|pool| pool.is_enough())
}
