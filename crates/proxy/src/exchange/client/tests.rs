//! Chains of proxies, and who is believed in them.

use super::*;
use crate::exchange::sample::Sample;

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// `fields` are the `X-Forwarded-For` that came, in order.
fn check(peer: &str, trusted: &[&str], fields: &[&str], expected: &str) {
    let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().expect("a network")).collect();
    let fields = fields.iter().map(|value| ("x-forwarded-for", value.as_bytes().to_vec()));
    let head = Sample { target: "/".to_owned(), fields: fields.collect() };
    assert_eq!(address(&head, ip(peer), &trusted), ip(expected), "{head:?} from {peer}");
}

#[test]
fn a_stranger_is_the_client_whatever_it_says() {
    check("203.0.113.9", &[], &["1.2.3.4"], "203.0.113.9");
    check("203.0.113.9", &["10.0.0.0/8"], &["1.2.3.4"], "203.0.113.9");
}

#[test]
fn the_chain_is_followed_from_the_right_to_the_first_stranger() {
    let ours = &["10.0.0.0/8", "fd00::/8"];
    check("10.0.0.1", ours, &["1.2.3.4"], "1.2.3.4");
    check("10.0.0.1", ours, &["6.6.6.6, 1.2.3.4, 10.9.9.9"], "1.2.3.4");
    check("10.0.0.1", ours, &["6.6.6.6", "1.2.3.4,10.2.2.2", "10.3.3.3"], "1.2.3.4");
    check("fd00::1", ours, &["2001:db8::7"], "2001:db8::7");
    check("10.0.0.1", ours, &["10.0.0.3, 10.0.0.2"], "10.0.0.3");
    check("10.0.0.1", ours, &[], "10.0.0.1");
}

#[test]
fn addresses_come_in_many_forms() {
    let ours = &["10.0.0.0/8"];
    check("10.0.0.1", ours, &[" 1.2.3.4:5678 "], "1.2.3.4");
    check("10.0.0.1", ours, &["[2001:db8::7]:443"], "2001:db8::7");
    check("10.0.0.1", ours, &["[2001:db8::7]"], "2001:db8::7");
    // The peer of a dual-stack socket is an IPv4 address in IPv6 dress.
    check("::ffff:10.0.0.1", ours, &["1.2.3.4"], "1.2.3.4");
}

#[test]
fn what_is_no_address_ends_the_chain() {
    let ours = &["10.0.0.0/8"];
    for bad in ["unknown", "", "_hidden", "1.2.3", "1.2.3.4.5", "1.2.3.4:x", "\u{e9}"] {
        check("10.0.0.1", ours, &[&format!("6.6.6.6, {bad}")], "10.0.0.1");
        check("10.0.0.1", ours, &[&format!("6.6.6.6, {bad}, 10.2.2.2")], "10.2.2.2");
    }
}
