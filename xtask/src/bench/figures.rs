//! Few numbers that stand for many: median and range.

use std::fmt;

/// Median, least and greatest of some measurements.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// Nothing when there is nothing to stand for.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Spread> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (min, max) = (*values.first()?, *values.last()?);
        let (lower, upper) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
        Some(Spread { median: (lower + upper) / 2.0, min, max })
    }
}

impl fmt::Display for Spread {
    /// `median [min-max]`, with the decimals of the format's precision.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = f.precision().unwrap_or(2);
        let Spread { median, min, max } = self;
        write!(f, "{median:.decimals$} [{min:.decimals$}-{max:.decimals$}]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        let check = |values: &[f64], expected: &str| {
            let spread = Spread::of(values.iter().copied());
            assert_eq!(spread.map_or("none".into(), |spread| format!("{spread:.1}")), expected);
        };
        check(&[], "none");
        check(&[2.0], "2.0 [2.0-2.0]");
        check(&[9.0, 1.0, 2.0], "2.0 [1.0-9.0]");
        check(&[4.0, 1.0, 2.0, 9.0], "3.0 [1.0-9.0]");
    }
}
