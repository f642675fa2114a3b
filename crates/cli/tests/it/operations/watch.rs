//! What those on call see: metrics, status, and the commands that show them.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{Balancer, Folder, Origin, evenkeel, free_address, pool};

/// A balancer that has seen good and bad requests.
fn used() -> (Origin, Balancer) {
    let origin = Origin::named("a");
    let extra = "affinity = {}\nprobe = {}";
    let pool = pool("p", extra, &[("web-1", origin.address), ("gone", free_address())]);
    let balancer = Balancer::start("access_log = \"access.jsonl\"", "", &pool);
    let mut client = balancer.connect();
    for _ in 0..50 {
        assert_eq!(client.get("/").status, 200);
    }
    client.send("nonsense\r\n\r\n");
    assert_eq!(client.response().status, 400);
    (origin, balancer)
}

/// Goal: acceptance 6, the metrics are what Prometheus expects. Method: promtool judges them.
#[test]
fn promtool_accepts_the_metrics() {
    let (_origin, balancer) = used();
    let mut promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool is installed (`cargo xtask test` sees to it)");
    let page = balancer.page("/metrics");
    let mut stdin = promtool.stdin.take().expect("its input");
    stdin.write_all(page.as_bytes()).expect("it reads");
    drop(stdin);
    let output = promtool.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}\n{page}");
}

/// Goal: the numbers are those of the traffic.
#[test]
fn the_metrics_count() {
    let (_origin, balancer) = used();
    let page = balancer.page("/metrics");
    for line in [
        "evenkeel_ready 1",
        "evenkeel_workers 2",
        "evenkeel_connections_accepted_total 1",
        "evenkeel_requests_refused_total{error=\"bad_request\"} 1",
        "evenkeel_endpoint_requests_total{pool=\"p\",endpoint=\"web-1\",code=\"2xx\"} 50",
    ] {
        assert!(page.lines().any(|known| known == line), "{line} is not in:\n{page}");
    }
    for name in [
        "process_resident_memory_bytes ",
        "process_open_fds ",
        "evenkeel_config_info{",
        "evenkeel_endpoint_latency_seconds_bucket{",
    ] {
        assert!(page.contains(&format!("\n{name}")), "{name}");
    }
}

/// Goal: the JSON of the command is the status that the admin listener answers.
#[test]
fn status_as_json() {
    let (_origin, balancer) = used();
    let admin = balancer.admin.to_string();
    let output = evenkeel(balancer.folder(), &["status", "--admin", &admin, "--format", "json"]);
    assert!(output.status.success());
    let shown: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let answered = balancer.status();
    let keys = |value: &Value| -> Vec<String> {
        value.as_object().expect("an object").keys().cloned().collect()
    };
    assert_eq!(keys(&shown), keys(&answered));
    assert_eq!(shown["pools"][0]["requests"], 50);
    let endpoint = |status: &Value| keys(&status["pools"][0]["endpoints"][0]);
    assert_eq!(endpoint(&shown), endpoint(&answered));
    let shares = shown["pools"][0]["endpoints"].as_array().expect("a list").iter();
    let shares: f64 = shares.filter_map(|endpoint| endpoint["share"].as_f64()).sum();
    assert!((shares - 1.0).abs() < 1e-9, "{shares}");
}

/// Goal: tables for people, without colour off a terminal.
#[test]
fn tables() {
    let (_origin, balancer) = used();
    let admin = balancer.admin.to_string();
    for command in [&["status"][..], &["top", "--once"]] {
        let output = evenkeel(balancer.folder(), &[command, &["--admin", &admin]].concat());
        assert!(output.status.success(), "{command:?}");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("web-1") && text.contains("gone"), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}

#[test]
fn nobody_to_ask() {
    let folder = Folder::new();
    let admin = free_address().to_string();
    for command in [&["status"][..], &["top", "--once"]] {
        let output = evenkeel(folder.path(), &[command, &["--admin", &admin]].concat());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(&admin) && stderr.contains("hint: is `evenkeel serve` running?"));
    }
}
