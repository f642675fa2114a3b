//! Who else is told while nobody acknowledges.

use std::time::Duration;

use super::recorder::Recorder;
use crate::support::{Weighted, has_state, until};

fn changes(recorder: &Recorder) -> Vec<String> {
    let word =
        |got: super::recorder::Got| got.body["evenkeel"]["change"].as_str().map(str::to_owned);
    recorder.got().into_iter().filter_map(word).collect()
}

/// Goal: the next contact hears of an alarm that nobody takes, the one after that only in time,
/// and all who know of it hear of its end.
#[test]
fn the_next_contact_is_told_after_a_time() {
    let contacts = [(); 3].map(|()| Recorder::start(200, ""));
    let mut text = String::from("[alarms]\n");
    for (name, contact) in ["first", "second", "third"].iter().zip(&contacts) {
        let url = contact.url("/");
        text +=
            &format!("[[alarms.receivers]]\nname = \"{name}\"\nwebhook = {{ url = \"{url}\" }}\n");
    }
    text += "[[alarms.routes]]\nreceivers = [\"first\"]\nescalate = [\
             { after = \"1s\", receivers = [\"second\"] }, \
             { after = \"1h\", receivers = [\"third\"] }]\n";
    let site = Weighted::new(&text);
    let balancer = site.start();
    site.spoil(&balancer);
    let [first, second, third] = &contacts;
    until("the second is told", || changes(second) == ["fired"]);
    assert_eq!(changes(first), ["fired"]);
    let (one, next) = (first.got()[0].at, second.got()[0].at);
    // Each second is judged once; the first may be told late in its own.
    assert!(next - one > Duration::from_millis(500), "{:?}", next - one);
    let take = ["alarms", "acknowledge", "A-1", "--by", "ada"];
    assert_eq!(balancer.told(&take).status.code(), Some(0));
    assert_eq!(balancer.told(&["approve", "--by", "ada"]).status.code(), Some(0));
    until("it is over", || has_state(&balancer, "A-1", "resolved"));
    for contact in [first, second] {
        until("the end is told", || changes(contact) == ["fired", "acknowledged", "resolved"]);
    }
    assert!(changes(third).is_empty(), "{:?}", changes(third));
}
