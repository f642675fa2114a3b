//! Where an axis is marked.

use crate::number;

/// A mark on an axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    pub(crate) at: f64,
    pub(crate) text: String,
}

/// About as many marks as this.
const WANTED: f64 = 6.0;
/// No axis has more than this, whatever its numbers are.
const TICKS_MAX: usize = 20;

/// The distance of the marks between two ends: 1, 2 or 5 times a power of ten.
pub(crate) fn step(low: f64, high: f64) -> f64 {
    let rough = (high - low) / WANTED;
    let power = 10_f64.powf(rough.log10().floor());
    let factors = [1.0, 2.0, 5.0, 10.0];
    factors.map(|factor| factor * power).into_iter().find(|step| *step >= rough).unwrap_or(rough)
}

pub(crate) fn linear(low: f64, high: f64) -> Vec<Tick> {
    let step = step(low, high);
    let first = (low / step - 1e-9).ceil();
    let marks = (0..TICKS_MAX).map(|index| (first + index as f64) * step);
    marks
        .take_while(|at| *at <= high + step * 1e-9)
        .map(|at| Tick { at, text: number::text(at, step) })
        .collect()
}

/// Powers of ten; twice and five times as much between them where there are few.
pub(crate) fn log(low: f64, high: f64) -> Vec<Tick> {
    let decades = (high / low).log10();
    let factors: &[f64] = if decades <= 3.5 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let every = (decades / WANTED).ceil().max(1.0) as i32;
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let powers = (first..=last).filter(|power| power.rem_euclid(every) == 0);
    let marks = powers.flat_map(|power| factors.iter().map(move |f| f * 10_f64.powi(power)));
    marks
        .filter(|at| *at >= low * (1.0 - 1e-9) && *at <= high * (1.0 + 1e-9))
        .take(TICKS_MAX)
        .map(|at| Tick { at, text: number::text(at, at) })
        .collect()
}

/// 0, 50 %, and each further nine up to `high`.
pub(crate) fn nines(high: f64) -> Vec<Tick> {
    let nines = (1..=9).map(|nines| 1.0 - 10_f64.powi(-nines));
    let marks = [0.0, 0.5].into_iter().chain(nines).take_while(|at| *at <= high);
    marks.map(|at| Tick { at, text: number::percentage(at) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ticks: Vec<Tick>, expected: &[&str]) {
        let texts: Vec<&str> = ticks.iter().map(|tick| tick.text.as_str()).collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn marks_are_round() {
        check(linear(0.0, 30.0), &["0", "5", "10", "15", "20", "25", "30"]);
        check(linear(0.0, 1.0), &["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        check(linear(-3.0, 3.0), &["-3", "-2", "-1", "0", "1", "2", "3"]);
        check(log(1.0, 100.0), &["1", "2", "5", "10", "20", "50", "100"]);
        check(log(0.001, 1e6), &["0.01", "1", "100", "10 k", "1 M"]);
        check(nines(0.9995), &["0 %", "50 %", "90 %", "99 %", "99.9 %"]);
    }

    /// Goal: no numbers make many marks. Method: the ends of what a float can say.
    #[test]
    fn marks_are_few() {
        for (low, high) in [(0.0, f64::MAX), (-1e300, 1e300), (0.0, 5e-324), (1e15, 1e15 + 1.0)] {
            assert!(linear(low, high).len() <= TICKS_MAX, "{low} {high}");
        }
        assert!(log(5e-324, f64::MAX).len() <= TICKS_MAX);
    }
}
