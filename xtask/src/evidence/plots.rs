//! The report's pictures.

use std::path::Path;

use chart::{Axis, BarSeries, Bars, Lines, Series};

use crate::evidence::runs::Scenario;
use crate::evidence::simulated::{LOADS, Simulated};
use crate::fault::Fault;
use crate::report;

/// Mean demand in the sweep, and the multiple of it that makes a knee.
const DEMAND_MS: f64 = 20.0;
const KNEE: f64 = 10.0;

/// A picture beside the report.
pub(crate) struct Plot {
    /// File name.
    pub(crate) file: &'static str,
    /// What it shows, for those who do not see it.
    pub(crate) alt: &'static str,
    svg: String,
}

impl Plot {
    /// Puts it into the report's folder.
    pub(crate) fn write(&self, root: &Path, folder: &Path) -> Result<(), Fault> {
        report::write(root, &folder.join(self.file), &self.svg)
    }
}

/// Delay beyond the demand on sockets, whole and as a tail.
pub(crate) fn excess(live: &[Scenario]) -> Plot {
    let shown = ["evenkeel", "haproxy", "nginx", "envoy", "haproxy:default"];
    let series = |who: &&str| {
        let value = |scenario: &Scenario| scenario.of(who)?.median("excess_p99_ms");
        BarSeries::new(who, live.iter().map(value))
    };
    let bars = Bars {
        title: "Delay beyond the request's own demand, p99, on sockets".to_owned(),
        y: Axis::log("ms").including(1.0),
        groups: live.iter().map(|scenario| scenario.name.clone()).collect(),
        series: shown.iter().map(series).collect(),
    };
    let alt = "p99 of the excess of Evenkeel and its peers in each scenario";
    Plot { file: "balancing-excess.svg", alt, svg: bars.svg() }
}

/// What keeping users costs: the tail beside the part of the answers that moved.
pub(crate) fn kept(live: &[Scenario]) -> Option<Plot> {
    let scenario = live.iter().find(|scenario| scenario.name == "sticky")?;
    let values = |figure: &str, scale: f64| {
        let value = |figures: &crate::evidence::figures::Figures| figures.median(figure);
        let values = scenario.rows.iter().map(|(_, figures)| value(figures).map(|v| v * scale));
        values.collect::<Vec<_>>()
    };
    let bars = Bars {
        title: "600 sticky users on sockets: tail, and answers from another server".to_owned(),
        y: Axis::log("ms, %"),
        groups: scenario.rows.iter().map(|(name, _)| name.clone()).collect(),
        series: vec![
            BarSeries::new("excess p99, ms", values("excess_p99_ms", 1.0)),
            BarSeries::new("moved, %", values("moved_ratio", 100.0)),
        ],
    };
    let alt = "p99 of the excess and moved answers of each balancer with sticky users";
    Some(Plot { file: "balancing-sticky.svg", alt, svg: bars.svg() })
}

/// Latency as the load grows.
pub(crate) fn knees(all: &Simulated) -> Plot {
    let names = all.sweep.first().map(|scenario| scenario.rows.as_slice()).unwrap_or_default();
    let series = |name: &str| Series::new(name, sweep(all, name));
    let lines = Lines {
        title: "p99 of the latency as the load grows, equal servers, in virtual time".to_owned(),
        x: Axis::linear("load, part of what the servers can do"),
        y: Axis::log("ms"),
        series: names.iter().map(|(name, _)| series(name)).collect(),
    };
    let alt = "p99 of the latency of each policy at loads from 50 to 98 %";
    Plot { file: "balancing-knee.svg", alt, svg: lines.svg() }
}

fn sweep(all: &Simulated, name: &str) -> Vec<(f64, f64)> {
    let point =
        |(load, scenario): (f64, &Scenario)| Some((load, scenario.of(name)?.median("p99_ms")?));
    LOADS.into_iter().zip(&all.sweep).filter_map(point).collect()
}

/// The highest load of the sweep at which p99 is below ten times the mean demand.
pub(crate) fn knee(all: &Simulated, name: &str) -> Option<f64> {
    let below = |&(_, p99): &(f64, f64)| p99 < KNEE * DEMAND_MS;
    sweep(all, name).into_iter().take_while(below).last().map(|(load, _)| load)
}
