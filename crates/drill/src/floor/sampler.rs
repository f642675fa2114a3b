//! How many requests each server holds, looked at fifty times a second.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::origin::Origin;
use crate::stop::Stop;
use crate::timer::sleep_until;

const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Per second and server: mean requests present, and answers given.
#[derive(Clone, Debug, Default)]
pub(super) struct Samples {
    pub(super) present: Vec<Vec<f64>>,
    pub(super) answers: Vec<Vec<u64>>,
}

/// Looks until told to stop.
pub(super) async fn sample(origins: Arc<Vec<Origin>>, start: Instant, stop: Stop) -> Samples {
    let mut samples = Samples::default();
    let answered = |origins: &[Origin]| -> Vec<u64> {
        origins.iter().map(|one| one.counters().served + one.counters().failed_fast).collect()
    };
    let mut before = answered(&origins);
    let (mut sums, mut looks, mut second) = (vec![0.0; origins.len()], 0u32, 1u32);
    let mut next = start + LOOK_EVERY;
    loop {
        tokio::select! {
            biased;
            () = stop.wait() => return samples,
            () = sleep_until(next) => {}
        }
        for (sum, origin) in sums.iter_mut().zip(origins.iter()) {
            let counters = origin.counters();
            *sum += (counters.in_flight + counters.waiting) as f64;
        }
        looks += 1;
        if Instant::now() >= start + Duration::from_secs(second.into()) {
            let mean = |sum: &mut f64| std::mem::take(sum) / f64::from(looks.max(1));
            samples.present.push(sums.iter_mut().map(mean).collect());
            let now = answered(&origins);
            samples.answers.push(now.iter().zip(&before).map(|(now, then)| now - then).collect());
            (before, looks, second) = (now, 0, second + 1);
        }
        next = (next + LOOK_EVERY).max(Instant::now());
    }
}
