//! Groups of bars side by side.

use crate::axis::Axis;
use crate::frame::{BELOW, Frame, PLOT_WIDTH, Swatch, width_of};
use crate::series::BarSeries;
use crate::span::Span;
use crate::style;
use crate::svg::Px;

/// Part of a group's room that its bars take.
const FILLED: f64 = 0.8;
/// Names of groups that do not fit beside each other are turned by this.
const TURN_DEGREES: f64 = 35.0;
/// Longest room for turned names; what is longer is cut by the edge.
const TURNED_MAX: f64 = 140.0;

/// A chart of bars: groups from left to right, in each a bar of every series.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// What the chart shows.
    pub title: String,
    /// From bottom to top; a linear one always has zero in it.
    pub y: Axis,
    /// Names of the groups.
    pub groups: Vec<String>,
    /// The bars; each series takes the next colour. Values beyond the groups are not drawn.
    pub series: Vec<BarSeries>,
}

impl Bars {
    /// The whole chart.
    pub fn svg(&self) -> String {
        let values = self.series.iter().flat_map(|series| series.values.iter().flatten());
        // A logarithmic axis has no place for zero and leaves it out.
        let y = Span::rounded(&self.y.clone().including(0.0), values.copied());
        let names: Vec<&str> = self.series.iter().map(|series| series.name.as_str()).collect();
        let about = format!(
            "Bars of {}: {}, for {}",
            self.y.label,
            names.join(", "),
            self.groups.join(", ")
        );
        let room = PLOT_WIDTH / self.groups.len().max(1) as f64;
        let longest = self.groups.iter().map(|name| width_of(name)).fold(0.0, f64::max);
        let turned = longest > room;
        let below = match turned {
            true => (longest * TURN_DEGREES.to_radians().sin()).min(TURNED_MAX) + 16.0,
            false => BELOW / 2.0,
        };
        let mut frame = Frame::begin(&self.title, &about, &names, below);
        frame.left_axis(&y);
        for (index, name) in self.groups.iter().enumerate() {
            let left = frame.x(0.0) + room * index as f64;
            self.group(&mut frame, &y, index, (left, room));
            let (x, foot) = (left + room / 2.0, frame.y(0.0) + 18.0);
            match turned {
                true => slanted(&mut frame, x, foot, name),
                false => frame.words("chart-ink", x, foot, "middle", name),
            }
        }
        frame.ground(y.base());
        frame.end(&names, Swatch::Box)
    }

    fn group(&self, frame: &mut Frame, y: &Span, group: usize, (left, room): (f64, f64)) {
        let width = room * FILLED / self.series.len().max(1) as f64;
        for (index, series) in self.series.iter().enumerate() {
            let Some(&Some(value)) = series.values.get(group) else { continue };
            let Some(place) = y.place(value) else { continue };
            let (top, foot) = (frame.y(place.max(y.base())), frame.y(place.min(y.base())));
            let x = left + room * (1.0 - FILLED) / 2.0 + width * index as f64;
            let title = format!("{}, {}: {value}", self.groups[group], series.name);
            let fill = style::fill(index);
            let svg = frame.svg();
            svg.open(
                "rect",
                &[
                    ("class", &fill),
                    ("x", &Px(x)),
                    ("y", &Px(top)),
                    ("width", &Px((width - 1.0).max(0.5))),
                    ("height", &Px(foot - top)),
                ],
            );
            svg.text("title", &[], &title);
            svg.close("rect");
        }
    }
}

fn slanted(frame: &mut Frame, x: f64, y: f64, text: &str) {
    let turn = format!("rotate(-{TURN_DEGREES} {} {})", Px(x), Px(y));
    frame.svg().text(
        "text",
        &[
            ("class", &"chart-ink"),
            ("x", &Px(x)),
            ("y", &Px(y)),
            ("text-anchor", &"end"),
            ("transform", &turn),
        ],
        text,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(groups: &[&str], values: &[Option<f64>]) -> Bars {
        Bars {
            title: "Shares".to_owned(),
            y: Axis::linear("share, %"),
            groups: groups.iter().map(|name| (*name).to_owned()).collect(),
            series: vec![BarSeries::new("seen", values.iter().copied())],
        }
    }

    #[test]
    fn bars_stand_on_zero() {
        let svg = chart(&["web1", "web2"], &[Some(20.0), Some(40.0)]).svg();
        assert!(svg.contains("y=\"168\" width=\"251.8\" height=\"120\""), "{svg}");
        assert!(svg.contains("y=\"48\" width=\"251.8\" height=\"240\""), "{svg}");
        assert!(svg.contains("<title>web2, seen: 40</title>") && svg.contains(">web1</text>"));
    }

    #[test]
    fn what_is_not_known_has_no_bar() {
        let bars =
            |values: &[Option<f64>]| chart(&["a", "b"], values).svg().matches(", seen").count();
        assert_eq!(bars(&[Some(1.0), None]), 1);
        assert_eq!(bars(&[Some(f64::NAN), None, Some(3.0)]), 0);
        let log = Bars { y: Axis::log("x"), ..chart(&["a"], &[Some(10.0)]) };
        assert_eq!(log.svg().matches(", seen").count(), 1);
    }

    #[test]
    fn long_names_are_turned() {
        let names = ["a name that is long"; 12];
        assert!(chart(&names, &[]).svg().contains("rotate(-35 "));
        assert!(chart(&[], &[]).svg().ends_with("</svg>\n"));
    }
}
