//! Alarms by the command line: taking one, giving it back, writing, silencing.

use super::intent::said;
use crate::support::{Balancer, Weighted, alarm, has_state, until};

fn order(balancer: &Balancer, words: &[&str]) -> (Option<i32>, String) {
    said(&balancer.told(&[&["alarms"][..], words].concat()))
}

/// Goal: `evenkeel alarms` exits with 1 while an alarm fires that nobody has.
#[test]
fn an_alarm_is_taken_and_given_back() {
    let site = Weighted::new("");
    let balancer = site.start();
    site.spoil(&balancer);
    let (code, text) = order(&balancer, &["acknowledge", "A-1", "--by", "ada", "--note", "mine"]);
    assert_eq!((code, text.as_str()), (Some(0), "ada has A-1\n"));
    let taken = alarm(&balancer, "A-1").expect("it is open");
    assert_eq!(
        (&taken["state"], &taken["acknowledged"]["by"]),
        (&"acknowledged".into(), &"ada".into())
    );
    let (code, text) = order(&balancer, &[]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("ada"), "{text}");
    let (code, text) = order(&balancer, &["acknowledge", "A-1", "--by", "bob"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("ada"), "it says who has it: {text}");

    assert_eq!(
        order(&balancer, &["note", "A-1", "--by", "bob", "--note", "a cron job"]).0,
        Some(0)
    );
    let (code, text) = order(&balancer, &["unacknowledge", "A-1", "--by", "ada"]);
    assert_eq!((code, text.as_str()), (Some(0), "ada gives back A-1\n"));
    assert_eq!(order(&balancer, &[]).0, Some(1));
    let alarm = alarm(&balancer, "A-1").expect("it is open");
    let history = alarm["history"].as_array().expect("a list");
    let by = |change: &str| {
        let step = history.iter().find(|step| step["change"] == change);
        step.map(|step| (step["by"].clone(), step["text"].clone()))
    };
    assert_eq!(by("acknowledged"), Some(("ada".into(), "mine".into())));
    assert_eq!(by("noted"), Some(("bob".into(), "a cron job".into())));
    assert_eq!(by("unacknowledged"), Some(("ada".into(), "".into())));
}

#[test]
fn what_cannot_be_ordered_is_refused() {
    let site = Weighted::new("");
    let balancer = site.start();
    for words in [
        &["acknowledge", "A-99", "--by", "ada"][..],
        &["note", "A-99", "--by", "ada", "--note", "n"],
        &["unsilence", "S-99", "--by", "ada"],
        &["silence", "--for", "1h", "--by", "ada", "--reason", "everything"],
        &["silence", "--pool", "p", "--for", "91d", "--by", "ada", "--reason", "for good"],
    ] {
        let (code, text) = order(&balancer, words);
        assert_eq!(code, Some(1), "{words:?}: {text}");
        assert!(!text.trim().is_empty(), "it says why: {words:?}");
    }
}

/// Goal: a silenced alarm lives and shows, and does not count as one that fires.
#[test]
fn a_pool_is_silenced_for_a_time() {
    let site = Weighted::new("");
    let balancer = site.start();
    site.spoil(&balancer);
    let words = ["silence", "--pool", "p", "--for", "1h", "--by", "ada", "--reason", "load drill"];
    let (code, text) = order(&balancer, &words);
    assert_eq!((code, text.as_str()), (Some(0), "S-1 begins: load drill\n"));
    let (code, text) = order(&balancer, &[]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("A-1") && text.contains("silenced") && text.contains("S-1"), "{text}");
    let (code, text) = order(&balancer, &["unsilence", "S-1", "--by", "bob"]);
    assert_eq!((code, text.as_str()), (Some(0), "bob ends S-1\n"));
    assert_eq!(order(&balancer, &[]).0, Some(1));
    assert!(has_state(&balancer, "A-1", "firing"));
}

/// Goal: the timeline says who took an alarm and who silenced what.
#[test]
fn orders_are_on_the_timeline() {
    let site = Weighted::new("");
    let balancer = site.start();
    site.spoil(&balancer);
    assert_eq!(order(&balancer, &["acknowledge", "A-1", "--by", "ada"]).0, Some(0));
    let words = ["silence", "--pool", "p", "--for", "1h", "--by", "bob", "--reason", "load drill"];
    assert_eq!(order(&balancer, &words).0, Some(0));
    let is_there = |who: &str, what: &str| {
        let events = balancer.json("/v1/events");
        events.as_array().expect("a list").iter().any(|event| {
            let text = event["what"].as_str().expect("text");
            event["kind"] == "alarm" && event["who"] == who && text.contains(what)
        })
    };
    until("ada is on the timeline", || is_there("ada", "A-1"));
    until("bob is on the timeline", || is_there("bob", "S-1"));
}
