//! What is covered is shown, and what is not is not called quiet.

use std::fs;

use super::logs::{ago, dropped};
use crate::support::{Folder, evenkeel};

fn run(folder: &Folder, args: &[&str]) -> (Option<i32>, String, String) {
    let output = evenkeel(folder.path(), &[&["firewall"], args].concat());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn json(folder: &Folder, args: &[&str]) -> (Option<i32>, serde_json::Value) {
    let (code, text, told) = run(folder, &[args, &["--format", "json"]].concat());
    (code, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}{told}")))
}

/// Goal: drops, sources and coverage are as they were written. Method: a flood from one network,
/// one of its sources the busiest, on top of an older line.
#[test]
fn a_flood_is_shown_with_its_sources() {
    let folder = Folder::new();
    let mut log = dropped(&ago(700), "192.0.2.1");
    for n in 0..300 {
        let source = if n % 3 == 0 { 7 } else { n % 250 };
        log += &dropped(&ago(120 - n / 3), &format!("203.0.113.{source}"));
    }
    log += "no line of any log\n";
    fs::write(folder.path().join("fw.log"), log).expect("written");
    let (code, seen) = json(&folder, &["--log", "fw.log"]);
    assert_eq!(code, Some(0), "{seen}");
    assert_eq!((&seen["dropped"], &seen["dropped_syns"]), (&300.into(), &300.into()));
    assert_eq!(seen["coverage"], "full", "{seen}");
    assert_eq!(seen["top_network"]["network"], "203.0.113.0/24");
    assert_eq!(seen["top_source"]["network"], "203.0.113.7/32");
    assert!(seen["top_source"]["share"].as_f64().is_some_and(|share| share > 0.25), "{seen}");
    let file = &seen["files"][0];
    assert_eq!((&file["format"], &file["not_understood"]), (&"nftables".into(), &1.into()));
    let (code, text, _) = run(&folder, &["--log", "fw.log"]);
    assert_eq!(code, Some(0));
    for part in
        ["covered\n", "300 packets", "203.0.113.0/24", "203.0.113.7", "no line of any log", "█"]
    {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}

/// Goal: nothing seen is told apart from nobody looking.
#[test]
fn a_quiet_log_is_covered_and_a_silent_one_is_not() {
    let folder = Folder::new();
    let log = |seconds| fs::write(folder.path().join("fw.log"), dropped(&ago(seconds), "::1"));
    log(1200).expect("written");
    let (code, seen) = json(&folder, &["--log", "fw.log"]);
    assert_eq!((code, &seen["dropped"], &seen["coverage"]), (Some(0), &0.into(), &"full".into()));
    log(2 * 3600).expect("written");
    let (code, text, _) = run(&folder, &["--log", "fw.log"]);
    assert_eq!(code, Some(1), "{text}");
    for part in ["NOT COVERED", "no line for an hour or more", "?", "not covered: "] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    assert!(!text.contains("dropped   0"), "{text}");
    let (code, seen) = json(&folder, &["--log", "gone.log"]);
    assert_eq!((code, &seen["files"][0]["state"]), (Some(1), &"missing".into()));
}

/// Goal: an hour of a log can be looked at long after. Method: the line of the outage, written
/// in a zone that it does not name.
#[test]
fn a_past_hour_can_be_looked_at() {
    let folder = Folder::new();
    let path = folder.path().join("fw.log");
    let log = dropped("2024-05-01T11:59:00", "192.0.2.1") + &dropped("2024-05-01T12:30:00", "::1");
    fs::write(path, log).expect("written");
    let zone = ["--log", "fw.log", "--zone", "BST-1"];
    let at = [&zone[..], &["--until", "2024-05-01T11:00:00Z", "--since", "1m"]].concat();
    let (code, seen) = json(&folder, &at);
    assert_eq!((code, &seen["dropped"], &seen["coverage"]), (Some(0), &1.into(), &"full".into()));
    let (code, seen) = json(&folder, &[&zone[..], &["--until", "end", "--since", "1h"]].concat());
    assert_eq!((code, &seen["dropped"]), (Some(0), &2.into()), "{seen}");
    assert_eq!(seen["to"], "2024-05-01T11:30:01Z");
}

/// Goal: the configuration's logs are read with its listeners' ports.
#[test]
fn the_logs_of_a_configuration() {
    let folder = Folder::new();
    let path = folder.path().join("fw.log");
    fs::write(&path, dropped(&ago(60), "192.0.2.1")).expect("written");
    let site = "[[listeners]]\nname = \"web\"\naddress = \"0.0.0.0:8080\"\n\
        [[routes]]\npool = \"p\"\n\
        [[pools.p.endpoints]]\nname = \"a\"\naddress = \"127.0.0.1:1\"\n";
    let config = folder.path().join("evenkeel.toml");
    let firewall = format!("{site}[[firewall]]\nfile = \"{}\"\n", path.display());
    for (text, dropped, elsewhere) in
        [(firewall.clone(), 0, 1), (firewall + "ports = [443]\n", 1, 0)]
    {
        fs::write(&config, &text).expect("written");
        let (code, seen) = json(&folder, &["--since", "30s"]);
        assert_eq!((code, &seen["coverage"]), (Some(0), &"full".into()), "{seen}");
        let (_, seen) = json(&folder, &["-c", "evenkeel.toml"]);
        let expected = (&dropped.into(), &elsewhere.into());
        assert_eq!((&seen["dropped"], &seen["dropped_elsewhere"]), expected, "{text}");
    }
    fs::write(&config, site).expect("written");
    let (code, _, told) = run(&folder, &[]);
    assert!(code == Some(1) && told.contains("[[firewall]]"), "{told}");
}
