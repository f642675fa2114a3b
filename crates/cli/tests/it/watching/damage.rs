//! A state directory that cannot be used: users are served all the same, and people are told.

use std::path::Path;

use ledger::Store;
use serde_json::Value;

use super::intent::said;
use crate::support::{Balancer, Weighted, has_state, until};

/// What `/v1/alarms` says of missing telemetry, as soon as it does.
fn missing(balancer: &Balancer) -> String {
    let mut summary = None;
    until("it is known that something is missing", || {
        let status = balancer.json("/v1/alarms");
        let mut alarms = status["alarms"].as_array().expect("a list").iter();
        let found = alarms.find(|alarm| alarm["kind"] == "telemetry_missing");
        summary = found.map(|alarm: &Value| alarm["summary"].as_str().expect("text").to_owned());
        summary.is_some()
    });
    summary.expect("it was found")
}

fn serves(balancer: &Balancer) {
    assert_eq!(balancer.connect().get("/").status, 200);
}

/// Goal: without a place for its state it serves, watches and tells. Method: a file where the
/// directory should be.
#[test]
fn a_directory_that_cannot_be_written() {
    let site = Weighted::new("");
    let mut balancer = site.start();
    balancer.die_and_rise(|folder| {
        std::fs::remove_dir_all(folder.join("state")).expect("it was there");
        std::fs::write(folder.join("state"), "no directory").expect("a file");
    });
    serves(&balancer);
    let summary = missing(&balancer);
    assert!(summary.contains("no history is kept"), "{summary}");
    assert!(summary.contains("alarms are not kept"), "{summary}");
    for part in ["no history can be kept", "alarms cannot be kept"] {
        assert!(balancer.log().contains(part), "{part}:\n{}", balancer.log());
    }
    site.spoil(&balancer);
    let (code, text) = said(&balancer.told(&["alarms"]));
    assert_eq!(code, Some(1), "{text}");
    let (code, text) = said(&balancer.told(&["approve", "--by", "ada"]));
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("is forgotten with this process"), "{text}");
    until("it is over", || has_state(&balancer, "A-1", "resolved"));
    balancer.signal("TERM");
    assert_eq!(balancer.wait().code(), Some(0));
}

fn overwrite(path: &Path, text: &str) {
    std::fs::write(path, text).expect("a file");
}

/// Goal: a history that cannot be read is put aside, not lost, and nobody believes that all was
/// approved as before.
#[test]
fn a_damaged_history() {
    let site = Weighted::new("");
    let mut balancer = site.start();
    site.spoil(&balancer);
    balancer.die_and_rise(|folder| {
        let state = folder.join("state");
        overwrite(&state.join("history.sqlite"), &"no database ".repeat(1000));
        for log in ["history.sqlite-wal", "history.sqlite-shm"] {
            let _ = std::fs::remove_file(state.join(log));
        }
    });
    serves(&balancer);
    let summary = missing(&balancer);
    assert!(summary.contains("the history was damaged"), "{summary}");
    assert!(summary.contains("what was approved is not known"), "{summary}");
    assert!(balancer.log().contains("the history was damaged"), "{}", balancer.log());
    let state = balancer.folder().join("state");
    let aside = std::fs::read_dir(state).expect("a folder").any(|entry| {
        let entry = entry.expect("an entry");
        let bytes = std::fs::read(entry.path()).expect("a file");
        bytes.starts_with(b"no database")
    });
    assert!(aside, "the damaged file is still there, under another name");
    until("a new one is written", || balancer.json("/v1/events").to_string().contains("start"));
}

/// Goal: an approval that is there and says nothing is not silently replaced, until somebody
/// approves. Method: it is told by the next process too, which ends the first one as one should.
#[test]
fn an_approval_that_cannot_be_read() {
    let site = Weighted::new("");
    let mut balancer = site.start();
    balancer.die_and_rise(|folder| {
        let history = Store::open(&folder.join("state")).expect("a history");
        history.put("intent", b"{\"digest\": \"0123\"}").expect("a note");
    });
    serves(&balancer);
    for _ in 0..2 {
        let summary = missing(&balancer);
        assert!(summary.contains("an approval cannot be read"), "{summary}");
        assert!(summary.contains("what was approved is not known"), "{summary}");
        assert!(balancer.log().contains("what was approved is not known"), "{}", balancer.log());
        assert_eq!(balancer.json("/v1/intent")["by"], "not known");
        balancer.signal("TERM");
        assert_eq!(balancer.wait().code(), Some(0));
        balancer.rise();
    }
    let (code, text) = said(&balancer.told(&["approve", "--by", "ada"]));
    assert_eq!(code, Some(0), "{text}");
    balancer.die_and_rise(|_| ());
    assert_eq!(balancer.json("/v1/intent")["by"], "ada");
}

/// Goal: alarms go on, and it is told that those before are forgotten.
#[test]
fn a_damaged_file_of_alarms() {
    let site = Weighted::new("");
    let mut balancer = site.start();
    site.spoil(&balancer);
    balancer.die_and_rise(|folder| {
        overwrite(&folder.join("state/alarms.json"), "{\"version\": 1, \"watch\": {");
    });
    serves(&balancer);
    let summary = missing(&balancer);
    assert!(summary.contains("alarms and silences were forgotten"), "{summary}");
    assert!(balancer.log().contains("alarms.json.damaged"), "{}", balancer.log());
    until("what nobody approved is told anew", || has_state(&balancer, "A-1", "firing"));
}
