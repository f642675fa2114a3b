//! The shipped rules: whether Prometheus takes them, and whether they do what they should.

use std::collections::BTreeSet;

use super::super::promtool::promtool;
use super::promql;
use super::shipped::{GUIDE, exported, read, shipped};

const RULES: &str = "evenkeel.rules.yml";
const TESTS: &str = "evenkeel.rules.test.yml";
const RUNBOOKS: &str = "https://example.invalid/evenkeel/runbooks/";

/// One rule, as the file has it.
pub(super) struct Rule {
    /// `record` or `alert`.
    kind: String,
    name: String,
    /// Its lines.
    text: String,
}

impl Rule {
    /// Its key's value; of a block, all lines.
    fn value(&self, key: &str) -> Option<String> {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let mut lines = self.text.lines();
        let first = lines.find(|line| line.trim_start().starts_with(&format!("{key}: ")))?;
        let value = first.trim_start()[key.len() + 2..].to_owned();
        if !value.starts_with(['|', '>']) {
            return Some(value);
        }
        let block = lines.take_while(|line| indent(line) > indent(first));
        Some(block.collect::<Vec<_>>().join("\n"))
    }
}

/// All shipped rules. The file keeps to a plain layout, so that this little suffices.
pub(super) fn rules() -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    let file = read(RULES);
    for line in file.lines().filter(|line| !line.trim_start().starts_with('#')) {
        if let Some((kind, name)) = line.strip_prefix("      - ").and_then(|it| it.split_once(": "))
        {
            let (kind, name) = (kind.to_owned(), name.to_owned());
            rules.push(Rule { kind, name, text: String::new() });
        } else if let Some(rule) = rules.last_mut() {
            rule.text += &format!("{line}\n");
        }
    }
    rules
}

/// The names of series that the rules make.
pub(super) fn recorded() -> BTreeSet<String> {
    let rules = rules().into_iter().filter(|rule| rule.kind == "record");
    rules.map(|rule| rule.name).collect()
}

// Goal: Prometheus takes the file. Method: its own checker, which must see what we see.
#[test]
fn promtool_takes_the_rules() {
    let path = shipped(RULES);
    let (is_content, text) = promtool(&["check", "rules", path.to_str().unwrap()], "");
    assert!(is_content, "{text}");
    assert!(text.contains(&format!("SUCCESS: {} rules found", rules().len())), "{text}");
}

// Goal: the right alerts fire, and no others. Method: the tests that are shipped along.
#[test]
fn the_rules_pass_their_tests() {
    let path = shipped(TESTS);
    let (is_content, text) = promtool(&["test", "rules", path.to_str().unwrap()], "");
    assert!(is_content, "{text}");
    let tests = read(TESTS);
    for alert in rules().iter().filter(|rule| rule.kind == "alert") {
        let severity = alert.value("severity").unwrap();
        let fires = format!("{{alertname=\"{}\", severity=\"{severity}\"}}", alert.name);
        assert!(tests.contains(&fires), "no test has it fire: {fires}");
    }
}

// Goal: no rule waits for a series that nobody makes. Method: compare the names in expressions
// with the metrics page and with what is recorded.
#[test]
fn rules_rest_on_what_is_exported() {
    let known = &exported() | &recorded();
    for rule in rules() {
        let expression = rule.value("expr").unwrap();
        let metrics = promql::metrics(&expression);
        assert!(!metrics.is_empty(), "{}: {expression}", rule.name);
        for metric in metrics {
            assert!(known.contains(&metric), "{}: nobody makes {metric}", rule.name);
        }
    }
}

// Goal: who is woken knows what to do. Method: every alert says all, and the guide knows it.
#[test]
fn alerts_say_what_to_do() {
    for alert in rules().iter().filter(|rule| rule.kind == "alert") {
        let name = &alert.name;
        let value = |key: &str| alert.value(key).unwrap_or_else(|| panic!("{name} has no {key}"));
        assert!(["page", "ticket"].contains(&value("severity").as_str()), "{name}");
        assert!(value("for").ends_with(['s', 'm']), "{name}");
        assert!(!value("summary").is_empty() && !value("description").is_empty(), "{name}");
        assert_eq!(value("runbook_url"), format!("{RUNBOOKS}{name}"));
        assert!(GUIDE.contains(&format!("\n### {name}\n")), "the guide has no word on {name}");
    }
}
