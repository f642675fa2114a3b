//! A program of the user's own.

use std::time::{Duration, Instant};

use crate::notify::Failure;
use crate::notify::exec::run;

fn shell(script: &str, limit_ms: u64, input: &str) -> Result<(), Failure> {
    let command = ["/bin/sh", "-c", script].map(str::to_owned);
    run(&command, Duration::from_millis(limit_ms), input.to_owned())
}

#[test]
fn a_program_reads_the_notification() {
    assert_eq!(shell("test \"$(cat)\" = '{\"a\":1}'", 10_000, "{\"a\":1}"), Ok(()));
    // More than a pipe holds, to a program that does not read.
    assert_eq!(shell("exit 0", 10_000, &"x".repeat(1 << 20)), Ok(()));
}

#[test]
fn a_program_that_fails_says_why() {
    let failure = shell("cat >&2; exit 3", 10_000, "no paper").unwrap_err();
    assert_eq!(failure, Failure::Later("/bin/sh ended with 3: no paper".into()));
    let missing = run(&["/nowhere/tell".to_owned()], Duration::from_secs(1), String::new());
    assert!(missing.unwrap_err().why().starts_with("/nowhere/tell: "));
}

/// Goal: a program that hangs is ended with all that it started. Method: its child holds the
/// pipe open, so that this test would hang too.
#[test]
fn a_program_that_hangs_is_ended() {
    let failure = shell("sleep 600 & wait", 50, "").unwrap_err();
    assert!(failure.why().contains("took longer than 50ms"), "{failure:?}");
}

/// Goal: what a program leaves behind in a session of its own holds nobody up. Method: it outlives
/// the test with all pipes, after a success, a failure and too long a time.
#[test]
fn what_is_left_behind_is_not_waited_for() {
    let start = Instant::now();
    assert_eq!(shell("setsid sleep 30 &", 10_000, &"x".repeat(1 << 20)), Ok(()));
    let failure = shell("setsid sleep 30 & echo no >&2; exit 3", 10_000, "").unwrap_err();
    assert!(failure.why().starts_with("/bin/sh ended with 3"), "{failure:?}");
    let failure = shell("setsid sleep 30 & wait", 50, "").unwrap_err();
    assert!(failure.why().contains("took longer than 50ms"), "{failure:?}");
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
