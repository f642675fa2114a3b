//! What every chart has: title, axes with marks, a legend, and room between them.

use crate::span::Span;
use crate::style;
use crate::svg::{Px, Svg};

const WIDTH: f64 = 720.0;
const PLOT_HEIGHT: f64 = 240.0;
const LEFT: f64 = 68.0;
const RIGHT: f64 = 20.0;
pub(crate) const PLOT_WIDTH: f64 = WIDTH - RIGHT - LEFT;
const TOP: f64 = 48.0;
const LINE: f64 = 18.0;
/// Width of a letter, roughly: no font can be asked.
const LETTER: f64 = 6.6;
const SWATCH: f64 = 22.0;

/// The plot's place within a chart.
pub(crate) struct Frame {
    svg: Svg,
    /// Room for the words below the plot.
    below: f64,
}

/// How the legend shows a series.
#[derive(Clone, Copy)]
pub(crate) enum Swatch {
    Line,
    Box,
}

impl Frame {
    /// Begins a chart: its frame, its title and, for those who do not see it, what it shows.
    /// `below`: height of the words under the plot.
    pub(crate) fn begin(title: &str, about: &str, names: &[&str], below: f64) -> Frame {
        let mut frame = Frame { svg: Svg::default(), below };
        let height = frame.legend_top() + LINE * legend_rows(names).len() as f64;
        let view = format!("0 0 {WIDTH} {}", Px(height));
        frame.svg.open(
            "svg",
            &[
                ("xmlns", &"http://www.w3.org/2000/svg"),
                ("class", &"chart"),
                ("role", &"img"),
                ("aria-label", &format!("{title}. {about}")),
                ("viewBox", &view),
                ("width", &WIDTH),
                ("height", &Px(height)),
            ],
        );
        frame.svg.text("title", &[], title);
        frame.svg.text("desc", &[], about);
        frame.svg.style(&style::sheet());
        let paper: [(&str, &dyn std::fmt::Display); 3] =
            [("class", &"chart-paper"), ("width", &"100%"), ("height", &"100%")];
        frame.svg.leaf("rect", &paper);
        frame.words("chart-title chart-ink", LEFT, 26.0, "start", title);
        frame
    }

    /// Draws the axis at the left, with a line across the plot at each mark.
    pub(crate) fn left_axis(&mut self, span: &Span) {
        for tick in &span.ticks {
            let Some(place) = span.place(tick.at) else { continue };
            let y = self.y(place);
            self.rule("chart-grid", [LEFT, y, WIDTH - RIGHT, y]);
            self.words("chart-ink", LEFT - 8.0, y + 4.0, "end", &tick.text);
        }
        let (x, y) = (16.0, TOP + PLOT_HEIGHT / 2.0);
        let turn = format!("rotate(-90 {} {})", Px(x), Px(y));
        self.svg.text(
            "text",
            &[
                ("class", &"chart-ink"),
                ("x", &Px(x)),
                ("y", &Px(y)),
                ("text-anchor", &"middle"),
                ("transform", &turn),
            ],
            &span.label,
        );
    }

    /// Draws the axis below the plot.
    pub(crate) fn bottom_axis(&mut self, span: &Span) {
        let mut free_from = 0.0;
        for tick in &span.ticks {
            let Some(place) = span.place(tick.at) else { continue };
            let x = self.x(place);
            self.rule("chart-axis", [x, TOP + PLOT_HEIGHT, x, TOP + PLOT_HEIGHT + 5.0]);
            // Marks that stand too close keep their line and lose their number.
            let half = tick.text.chars().count() as f64 * LETTER / 2.0;
            if x - half >= free_from {
                self.words("chart-ink", x, TOP + PLOT_HEIGHT + 20.0, "middle", &tick.text);
                free_from = x + half + LETTER;
            }
        }
        let middle = LEFT + PLOT_WIDTH / 2.0;
        self.words("chart-ink", middle, TOP + PLOT_HEIGHT + 40.0, "middle", &span.label);
    }

    /// Draws the line that everything stands on, at this height from 0 to 1.
    pub(crate) fn ground(&mut self, place: f64) {
        let y = self.y(place);
        self.rule("chart-axis", [LEFT, y, WIDTH - RIGHT, y]);
    }

    /// Ends the chart with its legend.
    pub(crate) fn end(mut self, names: &[&str], swatch: Swatch) -> String {
        for (row, entries) in legend_rows(names).into_iter().enumerate() {
            let y = self.legend_top() + LINE * row as f64;
            for (series, x) in entries {
                self.swatch(series, x, y - 4.0, swatch);
                self.words("chart-ink", x + SWATCH + 6.0, y, "start", names[series]);
            }
        }
        self.svg.close("svg");
        self.svg.finish()
    }

    pub(crate) fn svg(&mut self) -> &mut Svg {
        &mut self.svg
    }

    /// Pixels from the left of a place from 0 to 1.
    pub(crate) fn x(&self, place: f64) -> f64 {
        LEFT + place * PLOT_WIDTH
    }

    /// Pixels from the top of a height from 0 to 1.
    pub(crate) fn y(&self, place: f64) -> f64 {
        TOP + (1.0 - place) * PLOT_HEIGHT
    }

    pub(crate) fn words(&mut self, class: &str, x: f64, y: f64, anchor: &str, text: &str) {
        self.svg.text(
            "text",
            &[("class", &class), ("x", &Px(x)), ("y", &Px(y)), ("text-anchor", &anchor)],
            text,
        );
    }

    fn legend_top(&self) -> f64 {
        TOP + PLOT_HEIGHT + self.below + LINE
    }

    fn swatch(&mut self, series: usize, x: f64, y: f64, swatch: Swatch) {
        match swatch {
            Swatch::Line => {
                let path = format!("M{} {}h{SWATCH}", Px(x), Px(y));
                let dash = style::dash(series);
                let class = style::stroke(series);
                self.svg
                    .leaf("path", &[("class", &class), ("d", &path), ("stroke-dasharray", &dash)]);
            }
            Swatch::Box => {
                let class = style::fill(series);
                self.svg.leaf(
                    "rect",
                    &[
                        ("class", &class),
                        ("x", &Px(x + SWATCH - 12.0)),
                        ("y", &Px(y - 6.0)),
                        ("width", &12),
                        ("height", &12),
                    ],
                );
            }
        }
    }

    fn rule(&mut self, class: &str, [x1, y1, x2, y2]: [f64; 4]) {
        self.svg.leaf(
            "line",
            &[
                ("class", &class),
                ("x1", &Px(x1)),
                ("y1", &Px(y1)),
                ("x2", &Px(x2)),
                ("y2", &Px(y2)),
            ],
        );
    }
}

/// Height of words under the plot: numbers and the axis' name.
pub(crate) const BELOW: f64 = 46.0;

/// Width that a text takes, roughly.
pub(crate) fn width_of(text: &str) -> f64 {
    text.chars().count() as f64 * LETTER
}

/// Which series stand in which row of the legend, each with its place from the left.
fn legend_rows(names: &[&str]) -> Vec<Vec<(usize, f64)>> {
    let mut rows = vec![Vec::new()];
    let mut x = LEFT;
    for (series, name) in names.iter().enumerate() {
        let width = SWATCH + 6.0 + width_of(name) + 16.0;
        if x + width > WIDTH && x > LEFT {
            rows.push(Vec::new());
            x = LEFT;
        }
        if let Some(row) = rows.last_mut() {
            row.push((series, x));
        }
        x += width;
    }
    rows
}
