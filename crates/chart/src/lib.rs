//! Draws: numbers in, one self-contained SVG out.
//!
//! A chart is a value with its title, its axes and its series; `svg()` answers its text. The text
//! needs nothing from outside, follows the reader's light or dark mode, and names what it shows
//! for those who do not see it.

mod axis;
mod bars;
mod frame;
mod lines;
mod number;
mod series;
mod span;
mod style;
mod svg;
mod ticks;

pub use axis::{Axis, Scale};
pub use bars::Bars;
pub use lines::Lines;
pub use series::{BarSeries, Series};
