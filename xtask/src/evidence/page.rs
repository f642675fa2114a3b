//! The report: tables that print losses as plainly as wins.

use std::fmt::Write as _;

use crate::evidence::figures::Figures;
use crate::evidence::runs::Scenario;

/// What was run.
pub(crate) struct Extent {
    pub(crate) seeds: u64,
    pub(crate) rounds: u64,
    pub(crate) version: String,
}

pub(crate) fn markdown(simulated: &[Scenario], live: &[Scenario], extent: &Extent) -> String {
    let mut text = format!(
        "# Balancing: how even, how fast, against whom\n\n\
         Written by `cargo xtask evidence balancing`. {}. Every figure is the median over the \
         seeds or rounds. *Excess* is latency beyond the request's own demand on an idle server \
         of full speed: the part that balancing can change. *Moved* are answers from another \
         server than the same user's answer before. Pressure is requests present ÷ slots, its \
         peak over its mean. The scenarios are in [drills](../../drills), what their words mean in \
         [scenarios](../guides/scenarios.md).\n",
        extent.version
    );
    if !live.is_empty() {
        let _ = write!(
            text,
            "\n## On real sockets\n\n{} round(s), everybody with the same requests on the same \
             machine, one after the other, with one worker. A bare name is the best ordinary \
             setting, `:default` how most people run it; the others are told in \
             [scenarios](../guides/scenarios.md).\n",
            extent.rounds
        );
        live.iter().for_each(|scenario| table(&mut text, scenario));
    }
    if !simulated.is_empty() {
        let _ = write!(
            text,
            "\n## In virtual time\n\n{} seed(s). `central`, `jsq`, `sed` and `lwl` are ideals that \
             see what no balancer sees.\n",
            extent.seeds
        );
        simulated.iter().for_each(|scenario| table(&mut text, scenario));
    }
    text += "\n## Again\n\n```sh\ncargo xtask evidence balancing            # all of it\n\
             cargo xtask evidence balancing --quick    # fewer seeds, one round\n```\n";
    text
}

fn table(text: &mut String, scenario: &Scenario) {
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "\n### {}\n\n| | errors | p50 ms | p99 ms | p99.9 ms | excess mean ms | excess p99 ms | \
         moved | pressure |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
        scenario.name
    );
    for (name, figures) in &scenario.rows {
        let _ = writeln!(text, "| {name} | {} |", cells(figures).join(" | "));
    }
    for why in &scenario.invalid {
        let _ = writeln!(text, "\nInvalid: {why}");
    }
}

fn cells(figures: &Figures) -> Vec<String> {
    let cell = |name: &str, show: fn(f64) -> String| figures.median(name).map_or("–".into(), show);
    let one = |value: f64| format!("{value:.1}");
    vec![
        cell("errors", |value| format!("{value:.0}")),
        cell("p50_ms", one),
        cell("p99_ms", one),
        cell("p999_ms", one),
        cell("excess_mean_ms", |value| format!("{value:.2}")),
        cell("excess_p99_ms", one),
        cell("moved_ratio", |value| format!("{:.2} %", value * 100.0)),
        cell("peak_to_mean_pressure", |value| format!("{value:.2}")),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_has_every_figure() {
        let mut figures = Figures::default();
        figures.add(&json!({
            "errors": 0, "p50_ms": 9.94, "p99_ms": 171.0, "p999_ms": 495.0, "excess_mean_ms": 1.0,
            "excess_p99_ms": 22.4, "moved_ratio": 0.0123
        }));
        let expected = ["0", "9.9", "171.0", "495.0", "1.00", "22.4", "1.23 %", "–"];
        assert_eq!(cells(&figures), expected);
        let mut scenario = Scenario::new("t");
        scenario.rows.push(("evenkeel".into(), figures));
        let extent = Extent { seeds: 1, rounds: 1, version: "v".into() };
        let page = markdown(&[scenario], &[], &extent);
        assert!(page.contains("### t\n") && page.contains("| evenkeel | 0 | 9.9 |"), "{page}");
        assert!(!page.contains("real sockets"), "nothing was run there");
    }
}
