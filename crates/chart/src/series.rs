//! What is drawn: named values.

/// One line of a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What the legend calls it.
    pub name: String,
    /// Its points from left to right. One that has no place (not finite, or not positive on a
    /// logarithmic axis) leaves a gap.
    pub points: Vec<(f64, f64)>,
}

impl Series {
    /// A line of this name through these points.
    pub fn new(name: &str, points: impl IntoIterator<Item = (f64, f64)>) -> Series {
        Series { name: name.to_owned(), points: points.into_iter().collect() }
    }
}

/// Bars of one colour, one in each group.
#[derive(Clone, Debug, PartialEq)]
pub struct BarSeries {
    /// What the legend calls it.
    pub name: String,
    /// One value for each group; `None`: nothing is known there, so nothing is drawn.
    pub values: Vec<Option<f64>>,
}

impl BarSeries {
    /// Bars of this name.
    pub fn new(name: &str, values: impl IntoIterator<Item = Option<f64>>) -> BarSeries {
        BarSeries { name: name.to_owned(), values: values.into_iter().collect() }
    }
}
