//! Figures for the shape of a load: how far from even it is.

/// Jain's index of loads per unit of capacity: 1 when all are equal, 1 ÷ n when one has all.
/// `None` of no load (Jain, Chiu, Hawe 1984).
pub fn jain(values: &[f64]) -> Option<f64> {
    let sum: f64 = values.iter().sum();
    let squares: f64 = values.iter().map(|value| value * value).sum();
    (squares > 0.0).then(|| sum * sum / (values.len() as f64 * squares))
}

/// The most loaded endpoint's load per capacity ÷ that of all, and its position. `None` of no
/// load, or of no capacity.
pub fn peak_to_mean(loads: &[f64], capacities: &[f64]) -> Option<(usize, f64)> {
    let mean = loads.iter().sum::<f64>() / capacities.iter().sum::<f64>();
    if !mean.is_finite() || mean <= 0.0 {
        return None;
    }
    let per_capacity = |(at, (load, capacity)): (usize, (&f64, &f64))| (at, load / capacity / mean);
    let ratios = loads.iter().zip(capacities).enumerate();
    ratios.filter(|(_, (_, capacity))| **capacity > 0.0).map(per_capacity).max_by(by_second)
}

/// Kullback–Leibler divergence of loads from weights, both taken as shares, nats: 0 when they
/// agree. Its inverse times ln(1 ÷ error) is the number of picks that it takes to tell them apart.
pub fn divergence(loads: &[f64], weights: &[f64]) -> f64 {
    let (load_sum, weight_sum): (f64, f64) = (loads.iter().sum(), weights.iter().sum());
    let part = |(load, weight): (&f64, &f64)| {
        let share = load / load_sum;
        if *load > 0.0 { share * (share / (weight / weight_sum)).ln() } else { 0.0 }
    };
    loads.iter().zip(weights).map(part).sum::<f64>().max(0.0)
}

/// As parts of their sum; equal parts of nothing.
pub(crate) fn shares(values: &[f64]) -> Vec<f64> {
    let sum: f64 = values.iter().sum();
    let share = |value: &f64| if sum > 0.0 { value / sum } else { 1.0 / values.len() as f64 };
    values.iter().map(share).collect()
}

fn by_second(one: &(usize, f64), other: &(usize, f64)) -> core::cmp::Ordering {
    one.1.total_cmp(&other.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: the figures of the outage of 2024-05-01: 80 % on two of five.
    #[test]
    fn two_of_five() {
        let loads = [0.4, 0.4, 0.2 / 3.0, 0.2 / 3.0, 0.2 / 3.0];
        let (at, peak) = peak_to_mean(&loads, &[1.0; 5]).expect("a load");
        assert!(at < 2 && (peak - 2.0).abs() < 1e-9);
        assert!((jain(&loads).expect("a load") - 0.6).abs() < 0.001);
        assert!((divergence(&loads, &[1.0; 5]) - 0.335).abs() < 0.001);
    }

    #[test]
    fn nothing_has_no_shape() {
        assert_eq!(jain(&[0.0, 0.0]), None);
        assert_eq!(peak_to_mean(&[0.0], &[1.0]), None);
        assert_eq!(peak_to_mean(&[1.0], &[0.0]), None);
        assert_eq!(peak_to_mean(&[], &[]), None);
        assert_eq!(divergence(&[], &[]), 0.0);
        assert_eq!(shares(&[0.0, 0.0]), [0.5, 0.5]);
    }

    #[test]
    fn capacity_counts() {
        let (at, peak) = peak_to_mean(&[20.0, 10.0], &[20.0, 5.0]).expect("a load");
        assert_eq!(at, 1);
        assert!((peak - 2.0 / 1.2).abs() < 1e-9);
        assert_eq!(divergence(&[4.0, 2.0], &[2.0, 1.0]), 0.0);
    }
}
