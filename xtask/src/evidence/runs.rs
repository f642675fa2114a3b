//! Runs scenarios with the program itself, as anybody would, and gathers what it says.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::evidence::figures::Figures;
use crate::fault::Fault;
use crate::process::keep;

/// A scenario takes minutes at most, with every balancer.
const LIMIT: Duration = Duration::from_secs(45 * 60);

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

    /// Runs it once more, by this command of `evenkeel`.
    pub(crate) fn run(&mut self, command: &mut Command) -> Result<(), Fault> {
        let outcome = keep(command, LIMIT)?;
        let line = outcome.output.lines().rev().find(|line| line.starts_with('{'));
        let object: Option<Value> = line.and_then(|line| serde_json::from_str(line).ok());
        let Some(object) = object else {
            return Err(Fault::new(format!("{command:?} says nothing")).detail(outcome.output));
        };
        if let Some(why) = object["invalid"].as_str() {
            self.invalid.push(why.to_owned());
            return Ok(());
        }
        let own = object["balancer"].as_str().unwrap_or("evenkeel").to_owned();
        self.add(&own, &object);
        for (name, figures) in object["against"].as_object().into_iter().flatten() {
            self.add(name, figures);
        }
        Ok(())
    }

    fn add(&mut self, name: &str, object: &Value) {
        let known = self.rows.iter().position(|(own, _)| own == name);
        let at = known.unwrap_or_else(|| {
            self.rows.push((name.to_owned(), Figures::default()));
            self.rows.len() - 1
        });
        self.rows[at].1.add(object);
    }
}
