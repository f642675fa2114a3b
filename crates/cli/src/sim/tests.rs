//! Policies by their names.

use super::*;

#[test]
fn policies_have_names() {
    assert_eq!(against("all"), Ok(Choice::All));
    assert_eq!(against("jsq"), Ok(Choice::One(Rival::Reference(sim::Reference::ShortestQueue))));
    assert!(against("least").is_err_and(|error| error.contains("haproxy-leastconn")));
}
