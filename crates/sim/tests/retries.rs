//! Users who ask again make the load that they suffer from.
// A test that cannot go on says so by panicking.
#![allow(clippy::unwrap_used)]

use sim::{Cast, Reference, Report, Script, play};

fn seen(traffic: &str, events: &str) -> Report {
    let text = format!(
        "name = \"t\"\nduration = \"30s\"\n[[servers]]\ncount = 2\nslots = 4\n\
         [traffic]\nload = 0.3\nusers = 10\ndemand = {{ constant = {{ mean = \"20ms\" }} }}\n\
         {traffic}\n[pool.retry]\nattempts = 1\n{events}"
    );
    let script = Script::parse(&text).unwrap();
    let cast = Cast::Reference { reference: Reference::ShortestQueue, sticky: false };
    play(&script.scenario, &cast, 1)
}

/// Goal: every request counts once, with what its user got in the end. Method: servers of which
/// one answers half of its requests with errors; with and without users who ask again.
#[test]
fn errors_are_asked_again() {
    let errs = "[[events]]\nat = \"0s\"\nservers = [\"web1\"]\nerrors = 0.5\n";
    let once = seen("", errs);
    let again = seen("retries = { most = 3, after = \"10s\" }", errs);
    assert_eq!((once.requests, once.retried), (again.requests, 0));
    let part = |count: u64| count as f64 / once.requests as f64;
    assert!((part(once.errors) - 0.25).abs() < 0.03, "{}", part(once.errors));
    // Errors come from one of two servers: 1/4 + 1/16 + 1/64 ask again, 1/256 in vain.
    assert!((part(again.retried) - 0.328).abs() < 0.04, "{}", part(again.retried));
    assert!(part(again.errors) < 0.01, "{}", part(again.errors));
}

/// Goal: those who wait too long ask again while the former request goes on, so that a server that
/// was slow for a while has more to do. Method: both slower for five seconds, all requests counted.
#[test]
fn long_waits_are_asked_again() {
    let slow =
        "[[events]]\nat = \"10s\"\nfor = \"5s\"\nservers = [\"web1\", \"web2\"]\nslower = 4.0\n";
    let answers = |report: &Report| report.answers.iter().flatten().sum::<u64>();
    let patient = seen("", slow);
    let hasty = seen("retries = { most = 2, after = \"200ms\" }", slow);
    assert_eq!((patient.requests, patient.errors), (hasty.requests, hasty.errors));
    assert!(hasty.retried > hasty.requests / 10, "{}", hasty.retried);
    let (more, asked) = (answers(&hasty) - answers(&patient), hasty.retried);
    assert!(more > asked / 2, "{more} answers more for {asked} retries");
    assert!(hasty.latency_ms(0.99) > patient.latency_ms(0.99));
}
