//! Policies by their names.

use super::*;

#[test]
fn policies_have_names() {
    assert_eq!(against("all"), Ok(Against::All));
    assert_eq!(against("jsq"), Ok(Against::One(Reference::ShortestQueue)));
    assert!(against("least").is_err_and(|error| error.contains("haproxy-leastconn")));
}
