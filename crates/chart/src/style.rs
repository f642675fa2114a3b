//! Colours that readers of either mode, and most who see few colours, can tell apart.

use std::fmt::Write as _;

/// Series beyond these take the colours again, with other dashes.
pub(crate) const COLOURS: usize = 7;

/// After Okabe and Ito, "Color Universal Design" (2008); yellow left out, which white swallows.
const LIGHT: [&str; COLOURS] =
    ["#0072b2", "#d55e00", "#009e73", "#b0628d", "#e69f00", "#3a3f44", "#56b4e9"];
const DARK: [&str; COLOURS] =
    ["#4fa8dc", "#ff8a3d", "#2cc79b", "#dd9cc1", "#f2b94a", "#c9d1d9", "#8fd0f7"];

/// Lines differ by their dashes too, for prints and for those who see no colours.
pub(crate) const DASHES: [&str; 4] = ["none", "7 3", "2 3", "9 3 2 3"];

/// The style sheet of a chart. Several charts on one page say the same.
pub(crate) fn sheet() -> String {
    let mut text = ".chart{font:12px system-ui,sans-serif;max-width:100%;height:auto}\
                    .chart-title{font-size:15px;font-weight:600}\
                    .chart-line{fill:none;stroke-width:2;stroke-linejoin:round}"
        .to_owned();
    text += &mode(["#ffffff", "#1f2328", "#d8dee4"], LIGHT);
    let dark = mode(["#0d1117", "#e6edf3", "#30363d"], DARK);
    // Writing into a String cannot fail.
    let _ = write!(text, "@media (prefers-color-scheme:dark){{{dark}}}");
    text
}

/// Paper, ink and grid of a mode, and the colours of its series.
fn mode([paper, ink, grid]: [&str; 3], colours: [&str; COLOURS]) -> String {
    let mut text = format!(
        ".chart-paper{{fill:{paper}}}.chart-ink{{fill:{ink}}}\
         .chart-axis{{stroke:{ink}}}.chart-grid{{stroke:{grid}}}"
    );
    for (index, colour) in colours.iter().enumerate() {
        let _ = write!(
            text,
            ".chart-stroke{index}{{stroke:{colour}}}.chart-fill{index}{{fill:{colour}}}"
        );
    }
    text
}

pub(crate) fn stroke(series: usize) -> String {
    format!("chart-line chart-stroke{}", series % COLOURS)
}

pub(crate) fn fill(series: usize) -> String {
    format!("chart-fill{}", series % COLOURS)
}

pub(crate) fn dash(series: usize) -> &'static str {
    DASHES[series % DASHES.len()]
}
