//! What an axis says and how values lie along it.

/// How values lie along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal steps are equally long.
    Linear,
    /// Equal factors are equally long. Values of zero and below have no place.
    Log,
    /// Quantiles, 0 to 1: each further nine is equally long (90 %, 99 %, 99.9 % …), as
    /// distributions of latency are drawn. A quantile of 1 has no place.
    Nines,
}

/// An axis. What it does not say of its ends follows from the values.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What is measured, with its unit.
    pub label: String,
    /// How values lie along it.
    pub scale: Scale,
    /// It reaches down to this at least.
    pub from: Option<f64>,
    /// It reaches up to this at least.
    pub to: Option<f64>,
}

impl Axis {
    /// Equal steps.
    pub fn linear(label: &str) -> Axis {
        Axis { label: label.to_owned(), scale: Scale::Linear, from: None, to: None }
    }

    /// Equal factors.
    pub fn log(label: &str) -> Axis {
        Axis { scale: Scale::Log, ..Axis::linear(label) }
    }

    /// Quantiles, with as much room for each further nine.
    pub fn nines(label: &str) -> Axis {
        Axis { scale: Scale::Nines, ..Axis::linear(label) }
    }

    /// The same, which has this value in it: `including(0.0)` for what is compared by its length.
    pub fn including(self, value: f64) -> Axis {
        let from = self.from.map_or(value, |from| from.min(value));
        let to = self.to.map_or(value, |to| to.max(value));
        Axis { from: Some(from), to: Some(to), ..self }
    }
}
