//! The lines that the tests write, one a case or a step.

use serde::Deserialize;

use crate::fault::Fault;

/// What the tests found.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) cases: Vec<Case>,
    pub(super) steps: Vec<Step>,
    pub(super) commands: Vec<Command>,
}

/// One configuration that a real balancer ran with.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Case {
    pub(super) product: String,
    pub(super) method: String,
    pub(super) servers: u64,
    pub(super) requests: u64,
    #[serde(flatten)]
    pub(super) found: Found,
}

/// How the balancer and the prediction compare.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Found {
    /// Requests that reached the predicted server.
    Agreed(u64),
    /// The largest distance of a server's share from the predicted one, in points.
    Points(f64),
}

/// One configuration that the command predicted.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Command {
    pub(super) product: String,
    /// What the configuration is about.
    pub(super) command: String,
    pub(super) servers: u64,
    pub(super) requests: u64,
    /// Requests that reached the predicted pool and server.
    pub(super) agreed: u64,
    /// Whether the balancer draws the pool, so that lines cannot agree.
    pub(super) drawn: bool,
}

/// One step of an outage, replayed.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Step {
    pub(super) step: String,
    pub(super) what: String,
    /// Shares in percent, by server.
    pub(super) measured: Vec<f64>,
    pub(super) predicted: Vec<f64>,
}

impl Told {
    /// Lines of either kind; those of tests that run at the same time may be mixed.
    pub(super) fn read(text: &str) -> Result<Told, Fault> {
        let mut told = Told::default();
        for line in text.lines() {
            let unreadable = |error| Fault::new("a test told what is not known").detail(error);
            if line.contains("\"command\"") {
                told.commands.push(serde_json::from_str(line).map_err(unreadable)?);
            } else if line.contains("\"step\"") {
                told.steps.push(serde_json::from_str(line).map_err(unreadable)?);
            } else {
                told.cases.push(serde_json::from_str(line).map_err(unreadable)?);
            }
        }
        told.steps.sort_by(|one, other| one.step.cmp(&other.step));
        Ok(told)
    }
}
