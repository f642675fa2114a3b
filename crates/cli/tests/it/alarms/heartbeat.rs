//! The sign of life: in time while the balancer watches, and not when it hangs.

use std::time::Duration;

use super::recorder::Recorder;
use crate::support::{Balancer, Weighted, until};

/// Longer than two beats are apart.
const PAUSE: Duration = Duration::from_millis(2500);

fn is_stopped(balancer: &Balancer) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", balancer.pid()));
    stat.expect("it is there").rsplit(')').next().is_some_and(|rest| rest.starts_with(" T"))
}

/// Goal: a balancer that hangs is silent, and one that goes on beats again. Method: SIGSTOP.
#[test]
fn a_heart_beats_until_the_process_hangs() {
    let deadman = Recorder::start(200, "");
    let text = format!(
        "[alarms]\ninstance = \"lb1\"\nheartbeat = {{ every = \"1s\", receiver = \"deadman\" }}\n\
         [[alarms.receivers]]\nname = \"deadman\"\nwebhook = {{ url = \"{}\" }}\n\
         [[alarms.routes]]\nreceivers = []\nkinds = [\"intent\"]\n",
        deadman.url("/ping/0123")
    );
    let site = Weighted::new(&text);
    let balancer = site.start();
    until("it beats", || deadman.got().len() >= 4);
    let beats = deadman.got();
    assert_eq!(beats[0].line, "POST /ping/0123");
    for beat in &beats {
        assert_eq!(beat.body["status"], "firing");
        assert_eq!(beat.body["commonLabels"]["alertname"], "EvenkeelHeartbeat");
        assert_eq!(beat.body["commonLabels"]["instance"], "lb1");
    }
    let three = beats[3].at - beats[0].at;
    assert!(three > PAUSE, "three beats in {three:?}");

    balancer.signal("STOP");
    until("it is stopped", || is_stopped(&balancer));
    // A beat that was on its way arrives within the first of the pauses.
    std::thread::sleep(PAUSE);
    let before = deadman.got().len();
    std::thread::sleep(PAUSE);
    assert_eq!(deadman.got().len(), before, "nobody watches");
    balancer.signal("CONT");
    until("it beats again", || deadman.got().len() > before);
}
