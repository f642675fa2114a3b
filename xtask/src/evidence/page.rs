//! The report: tables that print losses as plainly as wins.

use std::fmt::Write as _;

use crate::evidence::figures::Figures;
use crate::evidence::goals::{self, Goal};
use crate::evidence::plots::{self, Plot};
use crate::evidence::runs::Scenario;
use crate::evidence::simulated::Simulated;

/// What was run.
pub(crate) struct Extent {
    pub(crate) seeds: u64,
    pub(crate) version: String,
}

pub(crate) fn markdown(
    all: &Simulated,
    live: &[Scenario],
    plots: &[Plot],
    extent: &Extent,
) -> String {
    let mut text = format!(
        "# Balancing: how even, how fast, against whom\n\n\
         Written by `cargo xtask evidence balancing`. {}. Every figure is the median over the \
         seeds or rounds. *Excess* is latency beyond the request's own demand on an idle server \
         of full speed: the part that balancing can change. *Moved* are answers from another \
         server than the same user's answer before. Pressure is requests present ÷ slots, its \
         peak over its mean; what a balancer holds back is at no server. The \
         scenarios are in [drills](../../drills), what their words mean in \
         [scenarios](../guides/scenarios.md). Evenkeel runs with its defaults.\n",
        extent.version
    );
    promises(&mut text, "Promised and seen", &goals::live(live));
    losses(&mut text, live);
    promises(&mut text, "Promised and seen in virtual time", &goals::simulated(all));
    for plot in plots {
        let _ = write!(text, "\n![{}]({})\n", plot.alt, plot.file);
    }
    if !live.is_empty() {
        text += "\n## On real sockets\n\nEverybody with the same requests on the same machine, \
                 with one worker, several at a time. A bare name is the best ordinary setting, \
                 `:default` how most people run it; the others are told in \
                 [scenarios](../guides/scenarios.md).\n";
        live.iter().for_each(|scenario| table(&mut text, scenario));
    }
    virtual_time(&mut text, all, extent.seeds);
    text += "\n## Again\n\n```sh\ncargo xtask evidence balancing            # all of it\n\
             cargo xtask evidence balancing --quick    # fewer seeds, one round\n```\n";
    text
}

fn promises(text: &mut String, title: &str, goals: &[Goal]) {
    if goals.is_empty() {
        return;
    }
    // Writing to a string cannot fail.
    let _ = write!(text, "\n## {title}\n\n| | promised | seen | |\n|---|---|---|---|\n");
    for Goal { what, bound, seen, met } in goals {
        let word = if *met { "met" } else { "**not met**" };
        let _ = writeln!(text, "| {what} | {bound} | {seen} | {word} |");
    }
}

fn losses(text: &mut String, live: &[Scenario]) {
    let losses = goals::losses(live);
    if live.is_empty() {
        return;
    }
    *text += "\n### Where somebody was better by more than a tenth\n\n";
    if losses.is_empty() {
        *text += "Nowhere.\n";
    }
    for line in losses {
        let _ = writeln!(text, "- {line}");
    }
}

fn virtual_time(text: &mut String, all: &Simulated, seeds: u64) {
    let _ = write!(
        text,
        "\n## In virtual time\n\n{seeds} seeds. `central`, `jsq`, `sed` and `lwl` are ideals that \
         see what no balancer sees; `evenkeel:` and a policy is Evenkeel with that policy.\n"
    );
    if let Some(first) = all.sweep.first() {
        *text += "\n### Knee\n\nThe highest load of the sweep at which p99 is below ten times the \
                  mean demand, equal servers.\n\n| | load |\n|---|---:|\n";
        for (name, _) in &first.rows {
            let knee = plots::knee(all, name);
            let knee =
                knee.map_or("below 50 %".to_owned(), |load| format!("{:.0} %", load * 100.0));
            let _ = writeln!(text, "| {name} | {knee} |");
        }
    }
    for scenario in &all.crowd {
        let named = format!("{} balancers before five servers", scenario.name);
        let few = ["evenkeel", "evenkeel:two_choices", "evenkeel:peak_ewma", "prequal", "jsq"];
        let rows = scenario.rows.iter().filter(|(name, _)| few.contains(&name.as_str()));
        rows_of(text, &named, rows, &[]);
    }
    all.scenarios.iter().for_each(|scenario| table(text, scenario));
}

fn table(text: &mut String, scenario: &Scenario) {
    rows_of(text, &scenario.name, scenario.rows.iter(), &scenario.invalid);
}

fn rows_of<'r>(
    text: &mut String,
    title: &str,
    rows: impl Iterator<Item = &'r (String, Figures)>,
    invalid: &[String],
) {
    let _ = write!(
        text,
        "\n### {title}\n\n| | errors | stale | p50 ms | p99 ms | p99.9 ms | excess mean ms | \
         excess p99 ms | moved | pressure | share | Jain |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
    );
    for (name, figures) in rows {
        let _ = writeln!(text, "| {name} | {} |", cells(figures).join(" | "));
    }
    for why in invalid {
        let _ = writeln!(text, "\nInvalid: {why}");
    }
}

fn cells(figures: &Figures) -> Vec<String> {
    let cell = |name: &str, factor: f64, digits: usize, unit: &str| {
        let value = figures.median(name).map(|value| value * factor);
        value.map_or("–".to_owned(), |value| format!("{value:.digits$}{unit}"))
    };
    vec![
        cell("errors", 1.0, 0, ""),
        cell("stale", 1.0, 0, ""),
        cell("p50_ms", 1.0, 1, ""),
        cell("p99_ms", 1.0, 1, ""),
        cell("p999_ms", 1.0, 1, ""),
        cell("excess_mean_ms", 1.0, 2, ""),
        cell("excess_p99_ms", 1.0, 1, ""),
        cell("moved_ratio", 100.0, 2, " %"),
        cell("peak_to_mean_pressure", 1.0, 2, ""),
        cell("peak_to_mean_share", 1.0, 2, ""),
        cell("jain", 1.0, 3, ""),
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
            "excess_p99_ms": 22.4, "moved_ratio": 0.0123, "jain": 0.99
        }));
        let expected =
            ["0", "–", "9.9", "171.0", "495.0", "1.00", "22.4", "1.23 %", "–", "–", "0.990"];
        assert_eq!(cells(&figures), expected);
        let mut scenario = Scenario::new("t");
        scenario.rows.push(("evenkeel".into(), figures));
        let all = Simulated { scenarios: vec![scenario], ..Simulated::default() };
        let extent = Extent { seeds: 1, version: "v".into() };
        let page = markdown(&all, &[], &[], &extent);
        assert!(page.contains("### t\n") && page.contains("| evenkeel | 0 | – | 9.9 |"), "{page}");
        assert!(!page.contains("real sockets"), "nothing was run there");
    }
}
