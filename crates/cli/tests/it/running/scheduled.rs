//! Audits on a schedule that ask another balancer, and read its log.

use std::fmt::Write;

use serde_json::Value;

use super::haproxy::{FILE, Haproxy};
use crate::support::{Balancer, Weighted, until};

fn standing(balancer: &Balancer, rule: &str) -> Option<Value> {
    let status = balancer.json("/v1/audits");
    let standing = status["standing"].as_array().expect("a list").iter();
    standing.into_iter().find(|it| it["rule"] == rule && it["target"] == "edge").cloned()
}

fn is_missed(balancer: &Balancer, part: &str) -> bool {
    let status = balancer.json("/v1/audits");
    let runs = status["runs"].as_array().expect("a list");
    let edge = runs.iter().find(|run| run["target"] == "edge");
    edge.and_then(|run| run["error"].as_str()).is_some_and(|error| error.contains(part))
}

/// Requests of 6 s, ten in a second, of one address: more than a hundred at once for two servers.
fn log(count: usize) -> String {
    let mut text = String::new();
    for at in 0..count {
        let (minute, ms) = (at / 600, at % 600 * 100);
        let _ = writeln!(
            text,
            "10.1.1.{}:5000 [10/Oct/2024:13:{minute:02}:{:02}.{:03}] www app/w1 \
             0/0/0/60000/60000 200 5 - - ---- 1/1/1/1/0 0/0 \"GET / HTTP/1.1\"",
            at % 200 + 1,
            ms / 1000,
            ms % 1000
        );
    }
    text
}

/// Goal: weights that a script sets by night are an alarm without anybody's asking, and so is what
/// only the log shows; a log that was just begun, and a balancer that is gone, end neither. Method:
/// a real HAProxy and a log beside it, looked at by reloads.
#[test]
fn what_runs_and_what_came_is_looked_at() {
    let mut haproxy = Haproxy::start();
    let folder = haproxy.folder.path().to_owned();
    let file = folder.join(FILE);
    let log_file = folder.join("haproxy.log");
    std::fs::write(&log_file, log(6_000)).expect("a log");
    let target = format!(
        "{{ name = \"edge\", files = [\"{}\"], running = [\"{}\"], log = \"{}\" }}",
        file.display(),
        haproxy.socket().display(),
        log_file.display()
    );
    let site = Weighted::new(&format!(
        "[audit]\nschedule = \"daily\"\nlog_last = \"1MiB\"\ntargets = [{target}]\n"
    ));
    haproxy.order("set weight app/w2 100");
    let balancer = site.start();
    until("the weights are found", || standing(&balancer, "EKW203").is_some());
    let found = standing(&balancer, "EKW203").expect("it stands");
    let place = found["place"].as_str().expect("a place");
    assert!(place.contains("haproxy.cfg:20:"), "{place}");
    let overload = standing(&balancer, "EKO503").expect("only the log shows it");
    assert!(overload["what"].as_str().is_some_and(|it| it.contains("worst minute")), "{overload}");
    until("it is an alarm", || {
        let status = balancer.json("/v1/alarms");
        let alarms = status["alarms"].as_array().expect("a list");
        alarms.iter().any(|alarm| alarm["pool"] == "edge/EKW203" && alarm["state"] == "firing")
    });

    std::fs::write(&log_file, log(10)).expect("a new log");
    haproxy.stop();
    assert_eq!(balancer.reload().0, 200);
    until("it is told that nobody answers", || is_missed(&balancer, "cannot be"));
    for (rule, before) in [("EKW203", &found), ("EKO503", &overload)] {
        let now = standing(&balancer, rule);
        let since = now.as_ref().map(|now| &now["since"]);
        assert_eq!(since, Some(&before["since"]), "{rule} is over, and nobody looked");
    }
}
