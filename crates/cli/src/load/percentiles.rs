//! Distributions in the few numbers that a report shows of them.

use std::time::Duration;

use drill::Latency;

/// The quantiles that reports show, and what they are called in text and in JSON.
pub(super) const SHOWN: [(f64, &str, &str); 7] = [
    (0.5, "p50", "p50_ms"),
    (0.75, "p75", "p75_ms"),
    (0.9, "p90", "p90_ms"),
    (0.95, "p95", "p95_ms"),
    (0.99, "p99", "p99_ms"),
    (0.999, "p99.9", "p999_ms"),
    (0.9999, "p99.99", "p9999_ms"),
];

/// Points for each further nine of a curve.
const POINTS_PER_NINE: i32 = 12;

pub(super) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Latency in ms by quantile, as far out as there are measurements.
pub(super) fn curve(latency: &Latency) -> Vec<(f64, f64)> {
    let quantile = |step: i32| 1.0 - 10_f64.powf(-f64::from(step) / f64::from(POINTS_PER_NINE));
    let count = latency.count() as f64;
    (0..=9 * POINTS_PER_NINE)
        .map(quantile)
        .take_while(|q| (1.0 - q) * count >= 1.0)
        .map(|q| (q, ms(latency.quantile(q))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_ends_where_measurements_do() {
        let mut latency = Latency::new();
        assert!(curve(&latency).is_empty());
        (1..=1000).for_each(|ms| latency.record(Duration::from_millis(ms)));
        let curve = curve(&latency);
        let (q, last) = *curve.last().unwrap();
        assert!((0.99..=0.9991).contains(&q) && last >= 990.0, "{q} {last}");
    }
}
