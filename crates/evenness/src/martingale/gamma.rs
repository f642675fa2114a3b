//! The logarithm of the gamma function.

/// ln Γ(x) for x > 0, exact to 1e-10: Stirling's series, after stepping up to where it holds.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut steps) = (x, 1.0);
    while x < 8.0 {
        steps *= x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series =
        (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0))) / x;
    let lower = if steps == 1.0 { 0.0 } else { steps.ln() };
    (x - 0.5) * x.ln() - x + 0.918_938_533_204_672_8 + series - lower
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_factorials_and_halves() {
        let mut factorial = 1.0f64;
        for n in 1..60 {
            assert!((ln_gamma(f64::from(n)) - factorial.ln()).abs() < 1e-9, "{n}");
            factorial *= f64::from(n);
        }
        let half = core::f64::consts::PI.sqrt();
        for (x, value) in [(0.5, half), (1.5, half / 2.0), (2.5, half * 0.75), (1e-3, 999.423_772)]
        {
            assert!((ln_gamma(x) - f64::ln(value)).abs() < 1e-9, "{x}");
        }
    }
}
