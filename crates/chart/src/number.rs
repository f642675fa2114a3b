//! Numbers beside an axis: as short as they can be told apart.

/// `value`, where neighbours differ by `step`.
pub(crate) fn text(value: f64, step: f64) -> String {
    let size = value.abs();
    let (divisor, unit) = match () {
        () if size >= 1e9 => (1e9, " G"),
        () if size >= 1e6 => (1e6, " M"),
        () if size >= 1e4 => (1e3, " k"),
        () => (1.0, ""),
    };
    if size > 0.0 && !(1e-6..1e15).contains(&size) {
        return format!("{value:e}");
    }
    let step = step.abs() / divisor;
    // As many decimals as the step has, nine at most.
    let decimals = (0..9).find(|&decimals| is_whole(step * 10_f64.powi(decimals))).unwrap_or(9);
    format!("{:.*}{unit}", decimals as usize, value / divisor)
}

fn is_whole(value: f64) -> bool {
    (value - value.round()).abs() < 1e-6 * value.abs().max(1e-9)
}

/// A quantile as a percentage: all its nines and no more.
pub(crate) fn percentage(quantile: f64) -> String {
    let percent = format!("{:.9}", quantile * 100.0);
    format!("{} %", percent.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let check = |value, step, expected: &str| assert_eq!(text(value, step), expected);
        check(0.0, 5.0, "0");
        check(0.25, 0.25, "0.25");
        check(0.5, 0.25, "0.50");
        check(-3.0, 1.0, "-3");
        check(2500.0, 500.0, "2500");
        check(12_500.0, 2_500.0, "12.5 k");
        check(2e6, 1e6, "2 M");
        check(3e9, 1e9, "3 G");
        check(1e-9, 1e-9, "1e-9");
        check(f64::MAX, 1.0, "1.7976931348623157e308");
        assert_eq!(percentage(0.0), "0 %");
        assert_eq!(percentage(0.5), "50 %");
        assert_eq!(percentage(0.9999), "99.99 %");
    }
}
