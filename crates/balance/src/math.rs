//! The few functions of real numbers that a core without `std` must bring itself.

/// 1 ÷ (2k + 1): the series of atanh. Divided once here, because a pick takes logarithms.
const ATANH: [f64; 10] = {
    let mut parts = [0.0; 10];
    let mut k = 0;
    while k < parts.len() {
        parts[k] = 1.0 / (2 * k + 1) as f64;
        k += 1;
    }
    parts
};
/// 1 ÷ k!: the series of e^x.
const EXP: [f64; 14] = {
    let mut parts = [1.0; 14];
    let mut k = 1;
    while k < parts.len() {
        parts[k] = parts[k - 1] / k as f64;
        k += 1;
    }
    parts
};

/// Natural logarithm of a positive finite number; relative error below 1e-12.
///
/// Splits off the binary exponent and sums the series of 2·atanh((m − 1) ÷ (m + 1)),
/// which converges fast because the mantissa is kept within √½ … √2.
pub(crate) fn ln(x: f64) -> f64 {
    debug_assert!(x > 0.0 && x.is_finite(), "ln({x})");
    let bits = x.max(f64::MIN_POSITIVE).to_bits();
    let mut exponent = ((bits >> 52) & 0x7ff) as i32 - 1023;
    let mut mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    if mantissa > core::f64::consts::SQRT_2 {
        mantissa /= 2.0;
        exponent += 1;
    }
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let square = t * t;
    let sum = t * ATANH.iter().rev().fold(0.0, |sum, part| sum * square + part);
    2.0 * sum + f64::from(exponent) * core::f64::consts::LN_2
}

/// e to the power `x`; relative error below 1e-12, 0 below −700, saturating above 700.
pub(crate) fn exp(x: f64) -> f64 {
    if x < -700.0 {
        return 0.0;
    }
    let x = x.min(700.0);
    let half = if x < 0.0 { -0.5 } else { 0.5 };
    let halvings = (x / core::f64::consts::LN_2 + half) as i32;
    let rest = x - f64::from(halvings) * core::f64::consts::LN_2;
    let sum = EXP.iter().rev().fold(0.0, |sum, part| sum * rest + part);
    sum * f64::from_bits(((halvings + 1023) as u64) << 52)
}

/// Weight of a moment `elapsed` ago under a memory of `horizon`, both in the same unit.
pub(crate) fn decay(elapsed: u64, horizon: u64) -> f64 {
    exp(-(elapsed as f64) / (horizon.max(1) as f64))
}

/// Square root of a non-negative finite number; relative error below 1e-11.
pub(crate) fn sqrt(x: f64) -> f64 {
    if x < f64::MIN_POSITIVE { 0.0 } else { exp(ln(x) / 2.0) }
}

/// The smallest whole number not below a non-negative `x`.
pub(crate) fn ceil(x: f64) -> u64 {
    let whole = x as u64;
    if (whole as f64) < x { whole + 1 } else { whole }
}

/// Middle value; the mean of the middle two when their number is even. `None` when empty.
pub(crate) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: our functions agree with the platform's. Method: many points over the whole range.
    #[test]
    fn agree_with_std() {
        for i in (1..20_000).step_by(if cfg!(miri) { 500 } else { 1 }) {
            let x = f64::from(i) * 0.37e-3;
            assert!((ln(x) - x.ln()).abs() <= 1e-12 * (1.0 + x.ln().abs()), "ln({x})");
            let y = (f64::from(i) - 10_000.0) / 15.0;
            assert!((exp(y) / y.exp() - 1.0).abs() < 1e-11, "exp({y})");
        }
        assert!((sqrt(2.0) - std::f64::consts::SQRT_2).abs() < 1e-11 && sqrt(0.0) == 0.0);
        assert_eq!(exp(-1e9), 0.0);
        assert!((ln(1e-300) - (1e-300f64).ln()).abs() < 1e-9);
    }

    #[test]
    fn ceil_and_median() {
        assert_eq!((ceil(0.0), ceil(1.0), ceil(1.0001), ceil(7.5)), (0, 1, 2, 8));
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0]), Some(2.5));
    }
}
