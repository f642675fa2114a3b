//! Settings that nobody approved: an alarm at once, its cause, and how it ends.

use std::process::Output;

use crate::support::{Balancer, Weighted, alarm, has_state, until};

pub(super) fn said(output: &Output) -> (Option<i32>, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

fn ask(balancer: &Balancer, count: usize) {
    let mut client = balancer.connect();
    (0..count).for_each(|_| assert_eq!(client.get("/").status, 200));
}

/// When something of that kind happened, seconds since the Unix epoch.
fn happened_at(balancer: &Balancer, kind: &str) -> f64 {
    let mut at = None;
    until("it is on the timeline", || {
        let events = balancer.json("/v1/events");
        let found = events.as_array().expect("a list").iter().find(|event| event["kind"] == kind);
        at = found.and_then(|event| event["at"].as_f64());
        at.is_some()
    });
    at.expect("it was found")
}

/// Goal: weights that a script sets are an alarm within 5 s, with who and what. Method: a reload
/// beside traffic; the times are the balancer's own.
#[test]
fn unapproved_weights_are_an_alarm_with_who_and_what() {
    let site = Weighted::new("");
    let balancer = site.start();
    ask(&balancer, 200);
    assert_eq!(said(&balancer.told(&["alarms"])), (Some(0), "no alarms\n".to_owned()));
    site.spoil(&balancer);
    ask(&balancer, 200);
    let alarm = alarm(&balancer, "A-1").expect("it fires");
    assert_eq!((&alarm["kind"], &alarm["pool"]), (&"intent".into(), &"p".into()));
    assert_eq!(alarm["severity"], "ticket", "{alarm}");
    assert_eq!(alarm["causes"][0], "weights", "{alarm}");
    let took_s = alarm["fired_at"].as_f64().expect("a time") - happened_at(&balancer, "reload");
    assert!((0.0..5.0).contains(&took_s), "{took_s} s");

    until("the diagnosis names them", || {
        balancer.json("/v1/diagnosis")[0]["causes"][0] == "weights"
    });
    let (code, text) = said(&balancer.told(&["alarms"]));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("A-1  ticket intent in p, weights"), "{text}");
    assert!(text.contains("FIRING") && text.contains("a weight 1 → 100"), "{text}");
    let (code, text) = said(&balancer.told(&["diagnose"]));
    assert_eq!(code, Some(0), "{text}");
    for part in ["p: weights", "127.0.0.1:", "a weight 1 → 100, b weight 1 → 17"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// Goal: the alarm ends when somebody stands for the settings, and only for those in force.
#[test]
fn an_approval_ends_it() {
    let site = Weighted::new("");
    let balancer = site.start();
    site.spoil(&balancer);
    let digest = balancer.status()["config"]["digest"].as_str().expect("text")[..12].to_owned();
    let (code, text) = said(&balancer.told(&["approve", "--by", "eve", "--digest", "0123abcd"]));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains(&format!("0123abcd is not in force any more: {digest} is")), "{text}");
    let (code, text) = said(&balancer.told(&["approve", "--by", " "]));
    assert_eq!(code, Some(1), "{text}");
    assert!(has_state(&balancer, "A-1", "firing"), "neither was an approval");

    let order = ["approve", "--by", "ada", "--digest", &digest, "--reason", "a is larger"];
    let (code, text) = said(&balancer.told(&order));
    assert_eq!((code, text), (Some(0), format!("ada approves {digest}\n")));
    until("it is over", || has_state(&balancer, "A-1", "resolved"));
    let intent = balancer.json("/v1/intent");
    assert_eq!((&intent["by"], &intent["reason"]), (&"ada".into(), &"a is larger".into()));
    assert_eq!(intent["unapproved"], serde_json::json!([]));
    assert_eq!(balancer.told(&["alarms"]).status.code(), Some(0));
}

/// Goal: putting the old settings back ends it too, and nobody has to approve anything.
#[test]
fn putting_it_back_ends_it() {
    let site = Weighted::new("");
    let balancer = site.start();
    site.spoil(&balancer);
    balancer.rewrite(&site.text([1, 1]));
    assert_eq!(balancer.reload().0, 200);
    until("it is over", || has_state(&balancer, "A-1", "resolved"));
    assert_eq!(balancer.json("/v1/intent")["by"], "first start");
}

/// Goal: whoever asks for what cannot be diagnosed is told why. Method: a pool and two moments that
/// nobody measured.
#[test]
fn a_diagnosis_of_nothing_is_refused() {
    let balancer = Weighted::new("").start();
    for (words, why) in [
        (["diagnose", "--pool", "q"], "there is no pool `q`\n  hint: there are p"),
        (["diagnose", "--at", "20m"], "nothing was measured at 2"),
        (["diagnose", "--at", "2h"], "nothing was measured at 2"),
        (["diagnose", "--at", "2024-05-01"], "is too long ago: the history keeps five weeks"),
    ] {
        let (code, text) = said(&balancer.told(&words));
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains(why), "{why}: {text}");
    }
}
