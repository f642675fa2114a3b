//! Lines over a common axis.

use std::fmt::Write as _;

use crate::axis::Axis;
use crate::frame::{BELOW, Frame, Swatch};
use crate::series::Series;
use crate::span::Span;
use crate::style;
use crate::svg::Px;

/// With more points than this, a mark at each hides the line.
const MARKED_MAX: usize = 40;

/// A chart of lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// What the chart shows.
    pub title: String,
    /// From left to right.
    pub x: Axis,
    /// From bottom to top.
    pub y: Axis,
    /// The lines; each takes the next colour.
    pub series: Vec<Series>,
}

impl Lines {
    /// The whole chart. Without any point it is a frame without a line.
    pub fn svg(&self) -> String {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let x = Span::tight(&self.x, points().map(|point| point.0));
        let y = Span::rounded(&self.y, points().map(|point| point.1));
        let names: Vec<&str> = self.series.iter().map(|series| series.name.as_str()).collect();
        let about =
            format!("Lines of {} against {}: {}", self.y.label, self.x.label, names.join(", "));
        let mut frame = Frame::begin(&self.title, &about, &names, BELOW);
        frame.left_axis(&y);
        frame.bottom_axis(&x);
        frame.ground(0.0);
        for (index, series) in self.series.iter().enumerate() {
            draw(&mut frame, index, series, &x, &y);
        }
        frame.end(&names, Swatch::Line)
    }
}

fn draw(frame: &mut Frame, index: usize, series: &Series, x: &Span, y: &Span) {
    let (mut path, mut marks) = (String::new(), Vec::new());
    let mut pen_down = false;
    for (position, point) in series.points.iter().enumerate() {
        let (Some(across), Some(up)) = (x.place(point.0), y.place(point.1)) else {
            pen_down = false;
            continue;
        };
        let (left, top) = (frame.x(across), frame.y(up));
        let letter = if pen_down { 'L' } else { 'M' };
        // Writing into a String cannot fail.
        let _ = write!(path, "{letter}{} {}", Px(left), Px(top));
        let next = series.points.get(position + 1);
        let goes_on = next.is_some_and(|next| x.place(next.0).and(y.place(next.1)).is_some());
        // A point between gaps has no line to be seen by.
        if series.points.len() <= MARKED_MAX || !(pen_down || goes_on) {
            marks.push((left, top));
        }
        pen_down = true;
    }
    let svg = frame.svg();
    svg.open("g", &[]);
    svg.text("title", &[], &series.name);
    let (stroke, dash) = (style::stroke(index), style::dash(index));
    svg.leaf("path", &[("class", &stroke), ("d", &path), ("stroke-dasharray", &dash)]);
    for (left, top) in marks {
        let fill = style::fill(index);
        svg.leaf("circle", &[("class", &fill), ("cx", &Px(left)), ("cy", &Px(top)), ("r", &3)]);
    }
    svg.close("g");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(points: &[(f64, f64)]) -> Lines {
        Lines {
            title: "Latency & load".to_owned(),
            x: Axis::linear("time, s"),
            y: Axis::linear("p99, ms").including(0.0),
            series: vec![Series::new("a<b", points.iter().copied()), Series::new("none", [])],
        }
    }

    #[test]
    fn a_line_says_what_it_is() {
        let svg = chart(&[(0.0, 10.0), (10.0, 20.0)]).svg();
        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"), "{svg}");
        assert!(svg.contains("<title>Latency &amp; load</title>"), "{svg}");
        assert!(svg.contains("role=\"img\"") && svg.contains("p99, ms against time, s: a&lt;b"));
        assert!(svg.contains("d=\"M68 168L700 48\""), "{svg}");
        assert!(svg.contains("prefers-color-scheme:dark"));
    }

    #[test]
    fn what_has_no_place_leaves_a_gap() {
        let svg = chart(&[(0.0, 1.0), (1.0, 1.0), (2.0, f64::NAN), (3.0, 1.0)]).svg();
        assert!(svg.contains("d=\"M68 48L278.7 48M700 48\""), "{svg}");
    }

    /// Goal: every chart is well formed. Method: no points, and the ends of what a float can say.
    #[test]
    fn any_numbers_can_be_drawn() {
        for points in [&[][..], &[(f64::MAX, f64::MIN), (f64::NAN, f64::INFINITY), (0.0, 5e-324)]] {
            for y in [Axis::linear(""), Axis::log(""), Axis::nines("")] {
                let svg = Lines { y, ..chart(points) }.svg();
                assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            }
        }
    }
}
