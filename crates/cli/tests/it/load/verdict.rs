//! What the exit code says of a run.

use std::time::Duration;

use super::server::load;
use crate::support::{Folder, Origin, Reply, evenkeel};

/// Goal: a broken threshold is 99, and each rule tells what was seen. Method: one that nobody
/// keeps, among others.
#[test]
fn a_broken_threshold_is_99() {
    let origin = Origin::named("a");
    let url = format!("http://{}/", origin.address);
    let rules = ["--threshold", "p50<1us", "--threshold", "errors<0.1%", "--threshold", "rate>1"];
    let args = [&["--rate", "50/s", "--for", "1s"][..], &rules].concat();
    let loaded = load(&url, &args);
    // A busy machine may be too late: that is said, and goes before.
    assert!(matches!(loaded.code, Some(99 | 3)), "{}", loaded.json);
    let judged = loaded.json["thresholds"].as_array().expect("thresholds");
    let passed: Vec<bool> = judged.iter().filter_map(|one| one["passed"].as_bool()).collect();
    assert_eq!(passed, [false, true, true], "{judged:?}");
    assert_eq!((&judged[0]["text"], &judged[1]["observed"]), (&"p50<1us".into(), &"0.000%".into()));

    let folder = Folder::new();
    let args = [&["load", &url, "--rate", "50/s", "--for", "1s"][..], &rules].concat();
    let text = String::from_utf8(evenkeel(folder.path(), &args).stdout).expect("text");
    assert!(text.contains("p50<1us") && text.contains("BROKEN"), "{text}");
}

/// Goal: a generator that cannot send what is due says so. Method: room for one request, before
/// a server that takes its time.
#[test]
fn a_load_that_was_not_sent_is_3() {
    let origin = Origin::start(|_| {
        std::thread::sleep(Duration::from_millis(300));
        Reply::ok("a")
    });
    let url = format!("http://{}/", origin.address);
    let args = ["--rate", "50/s", "--for", "1s", "--in-flight-max", "1", "--threshold", "p50<1us"];
    let loaded = load(&url, &args);
    assert_eq!((loaded.code, &loaded.json["verdict"]), (Some(3), &"invalid".into()));
    let why = loaded.json["invalid"].as_str().expect("a reason");
    assert!(why.ends_with("requests were due and not sent"), "{why}");
    assert!(loaded.number("/dropped") > 10.0);
}
