//! Reads a policy, as strictly as a configuration.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use config::{Fault, Places, Problems};

use super::settings::{Allowance, Policy};
use crate::day::Day;
use crate::page::{page, pages};
use crate::rules::{METHODS, method_word};

/// Why there is no policy.
#[derive(Debug)]
pub enum PolicyError {
    /// The file cannot be read.
    Unreadable(PathBuf, io::Error),
    /// The file is no valid policy.
    Invalid(Problems),
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PolicyError::Unreadable(path, why) => {
                write!(f, "cannot read the policy {}: {why}", path.display())
            }
            PolicyError::Invalid(problems) => problems.fmt(f),
        }
    }
}

impl std::error::Error for PolicyError {}

impl Policy {
    /// Reads a policy's file.
    ///
    /// # Errors
    /// When it cannot be read or is not valid; all that is wrong is told.
    pub fn load(path: &Path) -> Result<Policy, PolicyError> {
        let text =
            config::read(path).map_err(|error| PolicyError::Unreadable(path.to_owned(), error))?;
        Policy::parse(&text, &path.to_string_lossy()).map_err(PolicyError::Invalid)
    }

    /// Reads a policy's text; `name` stands for its file.
    ///
    /// # Errors
    /// All that is wrong with it, with places.
    pub fn parse(text: &str, name: &str) -> Result<Policy, Problems> {
        config::strict(text, name, faults)
    }
}

fn faults(policy: &Policy, places: &Places) -> Vec<Fault> {
    let mut faults = Vec::new();
    for rule in policy.rules.keys().filter(|rule| page(rule).is_none()) {
        faults.push(no_rule(rule, places.key(&["rules", rule])));
    }
    for (at, allowance) in policy.allow.iter().enumerate() {
        let at = at.to_string();
        allowance_faults(allowance, |key| places.value(&["allow", &at, key]), &mut faults);
    }
    for (at, method) in policy.require.methods.iter().flatten().enumerate() {
        if !METHODS.iter().any(|known| method_word(known) == method_word(method)) {
            let place = places.value(&["require", "methods", &at.to_string()]);
            let fault = Fault::new("unknown-method", place, format!("no method is `{method}`"));
            let why = "no balancer would ever choose by it, and every pool would be found";
            faults.push(fault.why(why).did_you_mean(method, METHODS.iter().copied()));
        }
    }
    if policy.require.methods.as_ref().is_some_and(Vec::is_empty) {
        let place = places.value(&["require", "methods"]);
        let fault = Fault::new("no-method", place, "no method is allowed");
        faults.push(fault.hint("name some, or remove the line to allow any"));
    }
    faults
}

fn no_rule(rule: &str, place: Option<std::ops::Range<usize>>) -> Fault {
    let words = pages().into_iter().flat_map(|doc| [doc.id, doc.name]);
    let fault = Fault::new("unknown-rule", place, format!("there is no rule `{rule}`"));
    let fault = fault.why("what it was to say would never count");
    fault.hint("`evenkeel explain --list` names all rules").did_you_mean(rule, words)
}

fn allowance_faults(
    allowance: &Allowance,
    place: impl Fn(&str) -> Option<std::ops::Range<usize>>,
    faults: &mut Vec<Fault>,
) {
    if page(&allowance.rule).is_none() {
        faults.push(no_rule(&allowance.rule, place("rule")));
    }
    if allowance.reason.trim().is_empty() {
        let fault = Fault::new("no-reason", place("reason"), "no reason is given");
        let why = "who comes later cannot tell whether it still holds";
        faults.push(fault.why(why).hint("write why this is right there"));
    }
    if allowance.file.is_empty() {
        let fault = Fault::new("no-file", place("file"), "no file is named");
        faults.push(fault.hint("write a pattern, such as `envoy/*.json`, or `*` for all"));
    }
    if let Some(until) = allowance.until.as_ref().filter(|day| day.parse::<Day>().is_err()) {
        let what = format!("`{until}` is no day");
        let fault = Fault::new("bad-day", place("until"), what);
        faults.push(fault.hint("write year, month and day: `2027-01-31`"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        Policy::parse(text, "policy.toml").map_or_else(|told| told.to_string(), |_| String::new())
    }

    #[test]
    fn what_is_wrong_has_a_place_and_a_suggestion() {
        let check = |text: &str, place: &str, part: &str| {
            let told = told(text);
            assert!(told.contains(&format!("policy.toml:{place}")), "{told}");
            assert!(told.contains(part), "{part}:\n{told}");
        };
        check("[requier]\nx = 1\n", "1:2", "`require`?");
        check("[require]\nhealthcheck = true\n", "2:1", "`health_check`?");
        check("[require]\nmax_share = 0.5\n", "2:13", "at least 1");
        check("[require]\npersistence_max_life = 3600\n", "2:24", "unit");
        check("[require]\nmethods = [\"leastcon\"]\n", "2:12", "`leastconn`?");
        check("[require]\nmethods = []\n", "2:11", "no method");
        check("[rules]\nEKP1O4 = \"off\"\n", "2:1", "`EKP104`?");
        check("[rules]\nEKP104 = \"eror\"\n", "2:10", "`error`?");
        let allow = |lines: &str| format!("[[allow]]\nrule = \"EKP104\"\n{lines}");
        check(&allow("file = \"*\"\nreason = \" \"\n"), "4:10", "no reason");
        check(&allow("file = \"\"\nreason = \"x\"\n"), "3:8", "no file");
        check(&allow("file = \"*\"\n"), "1:", "`reason`");
        check(&allow("file = \"*\"\nreason = \"x\"\nuntil = \"May\"\n"), "5:9", "no day");
    }

    #[test]
    fn rules_have_numbers_and_names() {
        let text = "[rules]\nekp104 = \"off\"\nduplicate-persistence-key = \"info\"\n\
                    [require]\nmethods = [\"LEAST_REQUEST\", \"least-conn\"]\n";
        assert_eq!(told(text), "");
        assert_eq!(told(""), "");
    }
}
