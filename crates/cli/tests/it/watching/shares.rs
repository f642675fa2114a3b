//! `evenkeel shares` of a balancer that runs, and of one that was killed.

use std::path::Path;

use super::intent::said;
use crate::support::{Balancer, Folder, Weighted, evenkeel, until};

/// What the last minute was like.
fn shares(folder: &Path, format: &str) -> String {
    said(&evenkeel(folder, &["shares", "--since", "1m", "--format", format])).1
}

/// Requests to each endpoint, as its line says.
fn counts(csv: &str) -> Vec<(String, u64)> {
    let lines = csv.lines().skip(1).map(|line| line.split(',').collect::<Vec<&str>>());
    lines.map(|cells| (cells[3].to_owned(), cells[4].parse().expect("a count"))).collect()
}

/// Goal: what each endpoint got can be read beside the running process, and after its death.
#[test]
fn of_a_running_and_of_a_killed_balancer() {
    let site = Weighted::new("");
    let mut balancer = site.start();
    let mut client = balancer.connect();
    (0..60).for_each(|_| assert_eq!(client.get("/").status, 200));
    drop(client);
    let got = |name: &str| balancer.endpoint("p", name)["requests"].as_u64().expect("a count");
    let expected = vec![("a".to_owned(), got("a")), ("b".to_owned(), got("b"))];
    assert_eq!(expected[0].1 + expected[1].1, 60);
    let text = |balancer: &Balancer| shares(balancer.folder(), "text");
    // Names are written a moment after the counts.
    for part in ["· 60 requests", "paths    / 100.0%", "busiest 127.0.0.1", "picks    "] {
        until(part, || text(&balancer).contains(part));
    }
    assert_eq!(counts(&shares(balancer.folder(), "csv")), expected);
    balancer.die();
    assert!(text(&balancer).contains("· 60 requests"), "{}", text(&balancer));
    assert_eq!(counts(&shares(balancer.folder(), "csv")), expected);
}

#[test]
fn of_a_folder_that_no_balancer_has_used() {
    let folder = Folder::new();
    let output = evenkeel(folder.path(), &["shares", "--state-dir", "state", "--since", "1m"]);
    assert_eq!(output.status.code(), Some(1));
}
