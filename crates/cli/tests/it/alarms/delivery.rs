//! Every receiver hears of every state of an alarm, once and in order.

use super::stand::Stand;

/// Goal: a whole life of an alarm, as all receivers document it. Method: weights that nobody
/// approved fire, are acknowledged and approved.
#[test]
fn one_notification_for_each_state() {
    let mut stand = Stand::new();
    stand.manager.start();
    let balancer = stand.site.start();
    stand.site.spoil(&balancer);
    stand.until_told(&balancer, 1);
    let take = ["alarms", "acknowledge", "A-1", "--by", "ada", "--note", "looking"];
    assert_eq!(balancer.told(&take).status.code(), Some(0));
    stand.until_told(&balancer, 2);
    assert_eq!(balancer.told(&["approve", "--by", "ada"]).status.code(), Some(0));
    stand.until_told(&balancer, 3);
    stand.check(balancer.folder());
}
