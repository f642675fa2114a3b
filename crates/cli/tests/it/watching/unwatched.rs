//! A balancer that does not watch itself.

use super::intent::said;
use crate::support::{Balancer, Origin, evenkeel, pool};

/// Goal: `watch = false` serves and counts, and nothing judges or remembers seconds. Method:
/// requests, then all that would tell of them.
#[test]
fn it_serves_and_counts_and_nothing_else() {
    let server = Origin::named("a");
    let balancer = Balancer::start("watch = false\n", "", &pool("p", "", &[("a", server.address)]));
    let mut client = balancer.connect();
    (0..60).for_each(|_| assert_eq!(client.get("/").status, 200));
    assert_eq!(balancer.endpoint("p", "a")["requests"], 60);
    std::thread::sleep(std::time::Duration::from_secs(3));
    let (code, text) = said(&evenkeel(balancer.folder(), &["shares", "--since", "1m"]));
    assert!(code == Some(1) && !text.contains("requests"), "{code:?} {text}");
    let (code, text) = said(&balancer.told(&["diagnose"]));
    assert!(code == Some(1) && text.contains("nothing is watched"), "{code:?} {text}");
    let (code, text) = said(&balancer.told(&["alarms"]));
    assert!(code == Some(0) && text.contains("nothing is watched"), "{code:?} {text}");
    let is_judged = |line: &str| line.starts_with("evenkeel_judged_timestamp");
    assert!(!balancer.page("/metrics").lines().any(is_judged));
}
