//! The shipped dashboard, read by Grafana's own library.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::shipped::shipped;

/// Reads a dashboard as Grafana's types, and says what became of it: how many panels and questions
/// have a type of their own, and which of our keys those types do not know.
const READER: &str = r#"
import json, sys
from grafana_foundation_sdk.cog import plugins
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard, prometheus

plugins.register_default_plugins()
text = json.load(open(sys.argv[1]))
read = dashboard.Dashboard.from_json(text)
panels = [panel for panel in read.panels if isinstance(panel, dashboard.Panel)]
questions = [target for panel in panels for target in panel.targets]

def unknown(ours, theirs, place):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            yield from unknown(value, theirs.get(key), f"{place}/{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for at, (value, other) in enumerate(zip(ours, theirs)):
            yield from unknown(value, other, f"{place}/{at}")
    elif ours != theirs:
        yield place

again = json.loads(JSONEncoder().encode(read))
print(json.dumps({
    "title": read.title,
    "panels": len(read.panels),
    "untyped_panels": [panel.title for panel in panels if isinstance(panel.options, dict)],
    "untyped_questions": sum(not isinstance(q, prometheus.Dataquery) for q in questions),
    "questions": len(questions),
    "unknown": sorted(unknown(text, again, "")),
}))
"#;

/// What belongs to Prometheus' plug-in, and not to Grafana's types.
const PLUGINS_OWN: [&str; 6] = [
    "/annotations/list/0/step",
    "/annotations/list/0/textFormat",
    "/annotations/list/0/titleFormat",
    "/annotations/list/0/useValueForTime",
    "/templating/list/1/definition",
    "/templating/list/2/definition",
];

/// The interpreter that has the library: `cargo xtask test` has installed it.
fn interpreter() -> PathBuf {
    let named = std::env::var_os("EVENKEEL_GRAFANA_PYTHON").filter(|place| !place.is_empty());
    let target = std::env::current_exe().expect("this program");
    let kept = target.ancestors().find_map(|place| {
        let kept = place.join("tools/grafana/bin/python3");
        kept.is_file().then_some(kept)
    });
    named.map(PathBuf::from).or(kept).expect(
        "Grafana's library is missing, so nothing can be checked: run `cargo xtask test`, which \
         installs it",
    )
}

fn read(dashboard: &Path) -> Result<Value, String> {
    let output = Command::new(interpreter()).arg("-c").arg(READER).arg(dashboard).output();
    let output = output.expect("Python starts");
    match output.status.success() {
        true => Ok(serde_json::from_slice(&output.stdout).expect("JSON")),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

// Goal: Grafana 10.4 takes the dashboard, and every key in it means something to it. Method: its
// own library reads it, writes it again, and nothing is lost.
#[test]
fn grafana_reads_the_dashboard() {
    let seen = read(&shipped("evenkeel.dashboard.json")).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(seen["title"], "Evenkeel");
    assert!(seen["panels"].as_u64() > Some(20) && seen["questions"].as_u64() > Some(20), "{seen}");
    assert_eq!(seen["untyped_panels"], Value::Array(Vec::new()), "{seen}");
    assert_eq!(seen["untyped_questions"], 0, "{seen}");
    let unknown: Vec<&str> =
        seen["unknown"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(unknown, PLUGINS_OWN);
}

// Goal: the test before this one would notice. Method: a number is no list of panels, and a key
// that is written wrong is lost.
#[test]
fn grafana_minds_what_is_wrong() {
    let folder = std::env::temp_dir().join(format!("evenkeel-grafana-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("dashboard.json");
    let check = |from: &str, to: &str| {
        let text = std::fs::read_to_string(shipped("evenkeel.dashboard.json")).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(&file, text.replacen(from, to, 1)).unwrap();
        read(&file)
    };
    let seen = check("\"gridPos\"", "\"gridPosition\"").expect("it is read");
    let lost = seen["unknown"].as_array().unwrap();
    assert!(lost.iter().any(|place| place.as_str().unwrap().contains("gridPosition")), "{seen}");
    assert!(check("\"panels\": [", "\"panels\": 5, \"rest\": [").is_err());
    std::fs::remove_dir_all(&folder).unwrap();
}
