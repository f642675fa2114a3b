//! A process that stands still for a while, as on a machine that is moved.

use std::thread::sleep;
use std::time::Duration;

use crate::support::Weighted;

/// Goal: seconds that were not measured end nothing: what watches goes on, and answers. Method: a
/// process that is stopped for longer than the watch waits for a second, then weights that nobody
/// approved.
#[test]
fn the_watch_outlives_a_pause() {
    let site = Weighted::new("");
    let mut balancer = site.start();
    let mut client = balancer.connect();
    (0..20).for_each(|_| assert_eq!(client.get("/").status, 200));
    drop(client);
    for _ in 0..2 {
        balancer.signal("STOP");
        sleep(Duration::from_millis(4500));
        balancer.signal("CONT");
        sleep(Duration::from_secs(2));
    }
    site.spoil(&balancer);
    balancer.signal("TERM");
    assert!(balancer.wait().success());
}
