//! Runs scenarios with the program itself, as anybody would, and gathers what it says.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::evidence::figures::Figures;
use crate::fault::Fault;
use crate::process::keep;

/// A scenario takes minutes at most.
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// Everybody's figures in one scenario, Evenkeel first.
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) rows: Vec<(String, Figures)>,
    /// Runs that say nothing, and why.
    pub(crate) invalid: Vec<String>,
}

impl Scenario {
    pub(crate) fn new(name: &str) -> Self {
        Scenario { name: name.to_owned(), rows: Vec::new(), invalid: Vec::new() }
    }

    /// Adds what a run said: one object, the others' within it.
    pub(crate) fn take(&mut self, object: &Value) {
        if let Some(why) = object["invalid"].as_str() {
            self.invalid.push(why.to_owned());
            return;
        }
        let own = object["balancer"].as_str().unwrap_or("evenkeel").to_owned();
        self.add(&own, object);
        for (name, figures) in object["against"].as_object().into_iter().flatten() {
            self.add(name, figures);
        }
    }

    fn add(&mut self, name: &str, object: &Value) {
        let known = self.rows.iter().position(|(own, _)| own == name);
        let at = known.unwrap_or_else(|| {
            self.rows.push((name.to_owned(), Figures::default()));
            self.rows.len() - 1
        });
        self.rows[at].1.add(object);
    }

    /// Somebody's figures.
    pub(crate) fn of(&self, name: &str) -> Option<&Figures> {
        self.rows.iter().find(|(own, _)| own == name).map(|(_, figures)| figures)
    }
}

/// Runs a command of `evenkeel` with `--format json`; what it says.
pub(crate) fn said(command: &mut Command) -> Result<Value, Fault> {
    let outcome = keep(command, LIMIT)?;
    let line = outcome.output.lines().rev().find(|line| line.starts_with('{'));
    let object = line.and_then(|line| serde_json::from_str(line).ok());
    object.ok_or_else(|| Fault::new(format!("{command:?} says nothing")).detail(outcome.output))
}
