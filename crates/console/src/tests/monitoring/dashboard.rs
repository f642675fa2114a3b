//! The shipped dashboard: whether Grafana can show it and Prometheus answer it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::promtool::promtool;
use super::promql;
use super::rules::recorded;
use super::shipped::{exported, read};

const DASHBOARD: &str = "evenkeel.dashboard.json";
/// What Grafana fills in before it asks.
const FILLED_IN: [(&str, &str); 3] =
    [("$__rate_interval", "1m"), ("$job", "evenkeel"), ("$pool", "portal|shop")];

fn dashboard() -> Value {
    serde_json::from_str(&read(DASHBOARD)).unwrap()
}

fn panels() -> Vec<Value> {
    dashboard()["panels"].as_array().unwrap().clone()
}

fn is_row(panel: &Value) -> bool {
    panel["type"] == "row"
}

/// Every expression, as Prometheus gets to see it.
fn expressions() -> Vec<String> {
    let panels = panels();
    let targets = panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten();
    let dashboard = dashboard();
    let annotations = dashboard["annotations"]["list"].as_array().unwrap();
    let asking = targets.chain(annotations);
    asking
        .map(|asking| {
            let expression = asking["expr"].as_str().unwrap().to_owned();
            FILLED_IN.iter().fold(expression, |text, (name, value)| text.replace(name, value))
        })
        .collect()
}

// Goal: Grafana finds every panel, and none hides another. Method: ids once, places apart.
#[test]
fn panels_have_places_of_their_own() {
    let panels = panels();
    let ids: BTreeSet<u64> = panels.iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), panels.len(), "an id is there twice");
    let mut taken = BTreeSet::new();
    for panel in &panels {
        let [x, y, w, h] =
            ["x", "y", "w", "h"].map(|side| panel["gridPos"][side].as_u64().unwrap());
        let title = &panel["title"];
        assert!(w > 0 && h > 0 && x + w <= 24, "{title} is not on the grid");
        for cell in (x..x + w).flat_map(|column| (y..y + h).map(move |line| (column, line))) {
            assert!(taken.insert(cell), "{title} covers another panel at {cell:?}");
        }
    }
}

// Goal: every panel can be read without us. Method: each has a title, a word of explanation, a
// unit, and the reader's data source.
#[test]
fn panels_explain_themselves() {
    for panel in panels().iter().filter(|panel| !is_row(panel)) {
        let title = panel["title"].as_str().unwrap();
        let said = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
        assert!(said(&panel["description"]), "{title} has no description");
        assert!(said(&panel["fieldConfig"]["defaults"]["unit"]), "{title} has no unit");
        let targets = panel["targets"].as_array().unwrap();
        assert!(!targets.is_empty(), "{title} asks nothing");
        for asking in targets.iter().chain([panel]) {
            assert_eq!(asking["datasource"]["uid"], "${datasource}", "{title}");
        }
    }
}

// Goal: it can be chosen what is shown. Method: the variables that panels use are there.
#[test]
fn variables_are_declared() {
    let dashboard = dashboard();
    let list = dashboard["templating"]["list"].as_array().unwrap();
    let names: Vec<&str> = list.iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["datasource", "job", "pool"]);
    for expression in expressions() {
        assert!(!expression.contains('$'), "a variable is not known: {expression}");
    }
}

// Goal: Prometheus understands every question. Method: each as a rule, for its own checker.
#[test]
fn promtool_takes_every_expression() {
    let expressions = expressions();
    let mut file = "groups: [{name: dashboard, rules: [\n".to_owned();
    for (index, expression) in expressions.iter().enumerate() {
        let quoted = Value::from(expression.as_str());
        file += &format!("{{record: \"panel:{index}\", expr: {quoted}}},\n");
    }
    file += "]}]\n";
    let path = std::env::temp_dir().join(format!("evenkeel-panels-{}.yml", std::process::id()));
    std::fs::write(&path, file).unwrap();
    let (is_content, text) = promtool(&["check", "rules", path.to_str().unwrap()], "");
    std::fs::remove_file(&path).unwrap();
    assert!(is_content, "{text}");
    assert!(text.contains(&format!("SUCCESS: {} rules found", expressions.len())), "{text}");
}

// Goal: no panel is empty for ever. Method: compare the names in expressions with the metrics
// page and with what the rules record.
#[test]
fn panels_rest_on_what_is_exported() {
    let known = &exported() | &recorded();
    for expression in expressions() {
        let metrics = promql::metrics(&expression);
        assert!(!metrics.is_empty(), "{expression}");
        for metric in metrics {
            assert!(known.contains(&metric), "nobody makes {metric}: {expression}");
        }
    }
}
