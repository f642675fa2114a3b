//! Every format is found out and read.

use std::fs;

use super::logs::{ago, dropped, now_s};
use crate::support::{Folder, evenkeel};

fn check(lines: &str, format: &str, expected: [u64; 3]) {
    let folder = Folder::new();
    fs::write(folder.path().join("fw.log"), lines).expect("written");
    let args = ["firewall", "--log", "fw.log", "--format", "json"];
    let output = evenkeel(folder.path(), &args);
    let seen: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(output.status.code(), Some(0), "{seen}");
    assert_eq!(seen["files"][0]["format"], format, "{lines}");
    assert_eq!(seen["files"][0]["not_understood"], 0, "{lines}");
    let counts = ["dropped", "accepted"].map(|name| seen[name].as_u64().expect("a number"));
    let alerts = seen["alerts"]["denial_of_service"].as_u64().expect("a number");
    assert_eq!([counts[0], counts[1], alerts], expected, "{lines}");
}

#[test]
fn kernel_messages_and_ufw() {
    let packet = dropped(&ago(30), "203.0.113.7");
    let cron = format!("{} fw cron[7]: started\n", ago(90));
    check(&format!("{cron}{packet}"), "nftables", [1, 0, 0]);
    let ufw = |tag: &str| packet.replace("DROP: ", &format!("[UFW {tag}] "));
    check(&(ufw("BLOCK") + &ufw("BLOCK") + &ufw("ALLOW")), "ufw", [2, 1, 0]);
}

#[test]
fn flow_logs() {
    let (start, end) = (now_s() - 90, now_s() - 30);
    let flow = |action: &str| {
        format!(
            "2 111122223333 eni-1 203.0.113.7 10.0.0.5 5 443 6 20 800 {start} {end} {action} OK\n"
        )
    };
    check(&(flow("REJECT") + &flow("ACCEPT") + &flow("ACCEPT")), "vpc_flow", [20, 40, 0]);
}

#[test]
fn suricata() {
    let event = |kind: &str, rest: &str| {
        let time = ago(30);
        format!(
            "{{\"timestamp\":\"{time}\",\"event_type\":\"{kind}\",\"src_ip\":\"203.0.113.7\",\
             \"dest_port\":443{rest}}}\n"
        )
    };
    let lines = event("stats", "")
        + &event("drop", ",\"drop\":{\"len\":60,\"syn\":true}")
        + &event("flow", ",\"flow\":{\"pkts_toserver\":9,\"bytes_toserver\":900}")
        + &event("alert", ",\"alert\":{\"category\":\"Attempted Denial of Service\"}");
    check(&lines, "suricata", [1, 9, 1]);
}
