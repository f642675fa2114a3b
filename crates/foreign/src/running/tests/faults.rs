//! Answers that are none: the line, and what is wrong there.

use crate::running::{Fault, envoy, haproxy, nginx};

fn check<T: std::fmt::Debug>(read: Result<T, Fault>, line: usize, what: &str) {
    let fault = read.expect_err(what);
    assert_eq!(fault.line, line, "{fault}");
    assert!(fault.to_string().contains(what), "{fault}");
}

#[test]
fn a_fault_has_its_line() {
    let state = |text: &str| haproxy::servers_state(text);
    check(state(""), 1, "nothing was answered");
    check(state("Unknown command: 'show'\n"), 1, "`Unknown command: 'show'` is no version");
    check(state("2\n# a\n"), 1, "`2` is no version");
    check(state("1\nbe_id\n"), 2, "no line of names");
    let head = "1\n# be_name srv_name srv_addr srv_op_state srv_admin_state srv_uweight \
                srv_iweight\n";
    check(state(&format!("{head}a b - 2 0 1 1\na c - 2 0 x 1\n")), 4, "`srv_uweight` is `x`");
    check(state(&format!("{head}a\n")), 3, "there is no `srv_admin_state`");

    let stat = |text: &str| haproxy::stat(text);
    check(stat("<html>\n"), 1, "`<html>` is no line of names");
    check(stat("# pxname,svname,status,weight,type\na,b,UP,1,2\na,c,UP,?,2\n"), 3, "`weight`");
    check(stat("# pxname,svname\na,b\n"), 2, "there is no `type`");

    check(envoy::clusters("{\n\"a\": ]"), 2, "this is no JSON: expected value");
    check(envoy::clusters("[]"), 1, "there is no `cluster_statuses`");
    check(envoy::clusters("{\"a\": 1}"), 1, "there is no `cluster_statuses`");
    check(nginx::upstreams("[]"), 1, "no object of upstreams");
    check(nginx::upstreams("{\"error\": {\"status\": 404}}"), 1, "`error` has no `peers`");
    check(nginx::newest("{}"), 1, "no list of versions");
}
