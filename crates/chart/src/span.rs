//! An axis with its ends: where on it a value lies.

use crate::axis::{Axis, Scale};
use crate::ticks::{self, Tick};

/// An axis as it is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) label: String,
    pub(crate) ticks: Vec<Tick>,
    scale: Scale,
    low: f64,
    high: f64,
}

impl Span {
    /// Ends where the values end.
    pub(crate) fn tight(axis: &Axis, values: impl Iterator<Item = f64>) -> Span {
        let (low, high) = ends(axis, values);
        let ticks = match axis.scale {
            Scale::Linear => ticks::linear(low, high),
            Scale::Log => ticks::log(low, high),
            Scale::Nines => ticks::nines(high),
        };
        Span { label: axis.label.clone(), ticks, scale: axis.scale, low, high }
    }

    /// Ends at the next mark, so that the highest value has one above it.
    pub(crate) fn rounded(axis: &Axis, values: impl Iterator<Item = f64>) -> Span {
        let (low, high) = ends(axis, values);
        let (low, high) = match axis.scale {
            Scale::Linear => {
                let step = ticks::step(low, high);
                ((low / step).floor() * step, (high / step).ceil() * step)
            }
            Scale::Log => (log_floor(low), log_ceil(high)),
            Scale::Nines => (low, high),
        };
        let axis = Axis { from: Some(low), to: Some(high), ..axis.clone() };
        Span::tight(&axis, std::iter::empty())
    }

    /// Where `value` lies, from 0 to 1; `None` when it has no place.
    pub(crate) fn place(&self, value: f64) -> Option<f64> {
        let (low, high) = (coordinate(self.scale, self.low)?, coordinate(self.scale, self.high)?);
        let place = (coordinate(self.scale, value)? - low) / (high - low);
        place.is_finite().then(|| place.clamp(0.0, 1.0))
    }

    /// Where bars begin: at zero, or at the low end where there is no zero.
    pub(crate) fn base(&self) -> f64 {
        self.place(0.0).unwrap_or(0.0)
    }
}

/// Equal distances of it are drawn equally long.
fn coordinate(scale: Scale, value: f64) -> Option<f64> {
    let at = match scale {
        Scale::Linear => value,
        Scale::Log if value > 0.0 => value.log10(),
        Scale::Nines if (0.0..1.0).contains(&value) => -(1.0 - value).log10(),
        Scale::Log | Scale::Nines => return None,
    };
    at.is_finite().then_some(at)
}

/// The lowest and the highest value with a place, always two different ones.
fn ends(axis: &Axis, values: impl Iterator<Item = f64>) -> (f64, f64) {
    let has_place = |value: &f64| coordinate(axis.scale, *value).is_some();
    let all = values.chain(axis.from).chain(axis.to).filter(has_place);
    let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    // The differences are formed too, and must stay finite.
    const FAR: f64 = 1e300;
    let (low, high) = (low.clamp(-FAR, FAR), high.clamp(-FAR, FAR));
    match axis.scale {
        _ if low > high => (0.1, 1.0),
        Scale::Nines => (0.0, high.max(0.9)),
        Scale::Log if high / low < 1.001 => (low / 2.0, high * 2.0),
        Scale::Log => (low, high),
        Scale::Linear if high - low > 1e-12 * high.abs().max(low.abs()) => (low, high),
        Scale::Linear if low == 0.0 => (0.0, 1.0),
        Scale::Linear => (low.min(0.0), high.max(0.0)),
    }
}

/// 1, 2, 5 and 10 times the power of ten below.
fn steps(value: f64) -> [f64; 4] {
    let power = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power)
}

fn log_floor(value: f64) -> f64 {
    let found = steps(value).into_iter().rev().find(|step| *step <= value * (1.0 + 1e-9));
    found.filter(|step| *step > 0.0).unwrap_or(value)
}

fn log_ceil(value: f64) -> f64 {
    let found = steps(value).into_iter().find(|step| *step >= value * (1.0 - 1e-9));
    found.filter(|step| step.is_finite()).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(axis: Axis, values: &[f64]) -> Span {
        Span::rounded(&axis, values.iter().copied())
    }

    #[test]
    fn values_have_places() {
        let linear = span(Axis::linear("").including(0.0), &[3.0, 48.0]);
        assert_eq!((linear.low, linear.high), (0.0, 50.0));
        assert_eq!((linear.place(25.0), linear.place(f64::NAN)), (Some(0.5), None));
        let log = span(Axis::log(""), &[0.0, 1.5, 90.0]);
        assert_eq!((log.low, log.high), (1.0, 100.0));
        assert!(log.place(10.0).is_some_and(|place| (place - 0.5).abs() < 1e-9));
        assert_eq!((log.place(0.0), log.base()), (None, 0.0));
        let nines = Span::tight(&Axis::nines(""), [0.5, 0.999, 1.0].into_iter());
        assert!(nines.place(0.9).is_some_and(|place| (place - 1.0 / 3.0).abs() < 1e-6));
        assert_eq!(nines.place(1.0), None);
    }

    /// Goal: whatever is drawn has an axis. Method: nothing, one value, the ends of a float.
    #[test]
    fn every_axis_has_two_ends() {
        let huge = [f64::MAX, f64::MIN, f64::MIN_POSITIVE, f64::INFINITY, f64::NAN];
        for values in [&[][..], &[0.0], &[7.0], &[-7.0, -7.0], &[5e-324], &huge] {
            for axis in [Axis::linear(""), Axis::log(""), Axis::nines("")] {
                let span = span(axis, values);
                assert!(span.low < span.high, "{values:?} {span:?}");
                let places = values.iter().filter_map(|value| span.place(*value));
                assert!({ places }.all(|place| (0.0..=1.0).contains(&place)), "{values:?}");
            }
        }
    }
}
