//! Pools that got enough requests to be judged.

use crate::predict::{PoolPrediction, Prediction};

/// With fewer requests shares are chance.
const REQUESTS_MIN: u64 = 1000;

/// Pools whose shares are more than chance.
pub(super) fn enough(prediction: &Prediction) -> impl Iterator<Item = &PoolPrediction> {
    prediction.pools.iter().filter(|pool| pool.requests >= REQUESTS_MIN)
}
