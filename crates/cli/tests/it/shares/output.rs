//! What it shows: tables, one object, and lines for a spreadsheet.

use serde_json::Value;

use super::history::{START_S, now_s, second_with_clients, write, write_all};
use crate::support::{Folder, evenkeel};

/// The hour of the history, as arguments.
const HOUR: [&str; 4] = ["--since", "2024-05-01T08:00", "--until", "2024-05-01T09:00Z"];

fn ask(folder: &Folder, more: &[&str]) -> (Option<i32>, String) {
    let args = [&["shares", "--state-dir", "state"][..], &HOUR, more].concat();
    let output = evenkeel(folder.path(), &args);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(stderr, "", "nothing to complain of");
    (output.status.code(), String::from_utf8(output.stdout).expect("text"))
}

/// 52 minutes of an hour, and a pool of which there is nothing in it.
fn outage() -> Folder {
    let folder = Folder::new();
    let state = folder.path().join("state");
    write(&state, "old", START_S - 600..START_S);
    write(&state, "portal", (START_S..START_S + 3600).filter(|at_s| at_s % 3600 >= 480));
    folder
}

/// Goal: a person sees who got too much, and how much of the hour is known.
#[test]
fn text() {
    let (code, text) = ask(&outage(), &[]);
    assert_eq!(code, Some(0));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "2024-05-01T08:00:00Z to 2024-05-01T09:00:00Z");
    assert_eq!(lines[2], "old  no data");
    assert_eq!(
        lines[4],
        "portal  measured 52 of 60 min · 936,000 requests · 3,120 retries · 6,240 errors · \
         Jain 0.600 · peak ÷ mean 2.00"
    );
    let header: Vec<&str> = lines[5].split("  ").map(str::trim).filter(|s| !s.is_empty()).collect();
    let columns = [
        "endpoint",
        "share",
        "approved",
        "in force",
        "÷ intended",
        "requests",
        "bindings",
        "of all",
        "pressure",
        "÷ mean",
        "errors",
        "p50",
        "p99",
    ];
    assert_eq!(header, columns);
    for part in ["web1", "│", "40.0%", "20.0%", "2.00", "374,400", "18,720", "0.60", "3,120"] {
        assert!(lines[6].contains(part), "{part}: {text}");
    }
    for part in ["web5", "6.7%", "20.0%", "0.33", "62,400", "0.10", " ms"] {
        assert!(lines[10].contains(part), "{part}: {text}");
    }
    let widths: Vec<usize> = lines[5..].iter().map(|line| line.chars().count()).collect();
    assert!(widths.iter().all(|&width| width == widths[0]), "aligned: {text}");
}

#[test]
fn json() {
    let (code, text) = ask(&outage(), &["--format", "json", "--pool", "portal"]);
    assert_eq!(code, Some(0));
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&report["asked_s"], &report["from_at"]), (&3600.into(), &START_S.into()));
    let [pool] = report["pools"].as_array().expect("a list").as_slice() else {
        panic!("one pool: {text}");
    };
    assert_eq!((&pool["name"], &pool["measured_s"]), (&"portal".into(), &3120.0.into()));
    let close = |value: &Value, expected: f64| {
        let seen = value.as_f64().unwrap_or_else(|| panic!("{value} is not {expected}"));
        assert!((seen - expected).abs() < 1e-6, "{seen} is not {expected}");
    };
    close(&pool["jain"], 0.6);
    close(&pool["peak_to_mean"], 2.0);
    let web1 = &pool["endpoints"][0];
    close(&web1["share"], 0.4);
    close(&web1["approved_share"], 0.2);
    close(&web1["effective_share"], 0.4);
    close(&web1["share_to_intended"], 2.0);
    close(&web1["bindings_share"], 0.4);
    close(&web1["pressure"], 0.6);
    close(&web1["pressure_to_mean"], 2.0);
    assert_eq!(web1["errors"], 3120);
    let p99 = web1["p99_s"].as_f64().expect("a latency");
    assert!((0.015..0.025).contains(&p99), "{p99}");
}

/// Goal: what was not measured is null. Method: a pool without a window in that hour.
#[test]
fn json_of_nothing() {
    let (code, text) = ask(&outage(), &["--format", "json", "--pool", "old"]);
    assert_eq!(code, Some(1));
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(report["pools"][0]["name"], "old");
    assert_eq!(report["pools"][0]["measured_s"], 0.0);
    assert!(report["pools"][0].get("requests").is_none(), "{text}");
}

/// Goal: a line per endpoint and step, none for what was not measured.
#[test]
fn csv() {
    let (code, text) = ask(&outage(), &["--format", "csv", "--step", "10m"]);
    assert_eq!(code, Some(0));
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(lines.len(), 1 + 6 * 5);
    assert!(lines.iter().all(|line| line.len() == lines[0].len()), "{text}");
    assert_eq!(lines[0][..6], ["from_at", "measured_s", "pool", "endpoint", "requests", "share"]);
    let start = START_S.to_string();
    assert_eq!(lines[1][..6], [&*start, "120", "portal", "web1", "14400", "0.4"]);
    let last = (START_S + 3000).to_string();
    assert_eq!(lines[30][..6], [&*last, "600", "portal", "web5", "12000", "0.066667"]);
    let (_, whole) = ask(&outage(), &["--format", "csv"]);
    assert_eq!(whole.lines().count(), 1 + 5);
}

/// Goal: without a time it is the last hour, of the directory that the configuration names.
#[test]
fn the_last_hour_of_a_configuration() {
    let config = "[server]\nstate_dir = \"kept\"\n\
        [[listeners]]\nname = \"web\"\naddress = \"127.0.0.1:0\"\n\
        [[routes]]\npool = \"p\"\n[pools.p]\n\
        [[pools.p.endpoints]]\nname = \"a\"\naddress = \"127.0.0.1:9\"\n";
    let folder = Folder::with(config);
    let now_s = now_s();
    write(&folder.path().join("kept"), "p", now_s - 1200..now_s);
    let output = evenkeel(folder.path(), &["shares"]);
    let text = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{text}{error}");
    assert!(text.contains("p  measured 20 of 60 min · 360,000 requests"), "{text}");
}

/// Goal: who asked, for what, and why it went where is in every form. Method: ten minutes, in which
/// the same hundred clients come.
#[test]
fn clients_paths_agents_and_reasons() {
    let folder = Folder::new();
    let seconds = (START_S..START_S + 600).map(second_with_clients);
    write_all(&folder.path().join("state"), "portal", seconds);
    let (_, text) = ask(&folder, &[]);
    for line in [
        "paths    /search 71.0% · / 10.0%",
        "agents   A browser, \"new\" 80.0%",
        "picks    affinity kept 75.0% · weight 25.0%",
        "10.0% of the requests · busiest 203.0.113.9 5.0%",
        "entropy 6.2 bits · ten connections 20.0%",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let (_, text) = ask(&folder, &["--format", "json"]);
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let pool = &report["pools"][0];
    let clients = &pool["clients"];
    let near = |name: &str, expected: f64| {
        let seen = clients[name].as_f64().expect("a number");
        assert!((seen / expected - 1.0).abs() < 0.1, "{name}: {seen}");
    };
    near("distinct", 100.0);
    near("new", 10.0);
    near("new_share", 0.1);
    assert_eq!(clients["top_clients"][0]["name"], "203.0.113.9");
    assert_eq!(clients["top_paths"][0]["requests"], 600 * 213);
    assert_eq!(pool["picks"]["affinity_kept"], 600 * 225);
    assert_eq!(pool["endpoints"][0]["picks"]["weight"], 600 * 30);
    let (_, csv) = ask(&folder, &["--format", "csv"]);
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].ends_with(",top_path,top_path_requests,top_agent,top_agent_requests"));
    let end = ",203.0.113.9,/search,127800,\"A browser, \"\"new\"\"\",144000";
    assert!(lines[1].ends_with(end), "{csv}");
    assert!(lines[1].contains(",18000,54000,0,0,0,0,0,0,0,180000,"), "{csv}");
}
