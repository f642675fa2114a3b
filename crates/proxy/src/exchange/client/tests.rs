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
    let found = identify(&head, ip(peer), &trusted);
    assert_eq!(found, (ip(expected), None), "{head:?} from {peer}");
}

/// `fields` are the `Forwarded` that came, in order; `chain`: who asked whom, the client first.
fn check_standard(peer: &str, fields: &[&str], chain: &[&str], scheme: Option<&'static str>) {
    let trusted = ["10.0.0.0/8", "fd00::/8"].map(|net| net.parse().expect("a network"));
    let fields = fields.iter().map(|value| ("forwarded", value.as_bytes().to_vec()));
    let head = Sample { target: "/".to_owned(), fields: fields.collect() };
    let (client, told) = identify(&head, ip(peer), &trusted);
    let chain: Vec<IpAddr> = chain.iter().map(|address| ip(address)).collect();
    assert_eq!(client, chain.first().copied().unwrap_or(ip(peer)), "{head:?} from {peer}");
    assert_eq!(told, Some(Box::new(Told { chain, scheme, host: None })), "{head:?} from {peer}");
}

#[test]
fn the_standard_field_is_followed_alike() {
    let https = Some("https");
    check_standard("10.0.0.1", &["for=1.2.3.4;proto=https"], &["1.2.3.4"], https);
    check_standard("10.0.0.1", &["for=6.6.6.6, for=1.2.3.4;proto=https"], &["1.2.3.4"], https);
    let hops =
        ["for=6.6.6.6;proto=http", "for=1.2.3.4;proto=https, for=10.2.2.2", "for=\"[fd00::3]\""];
    check_standard("10.0.0.1", &hops, &["1.2.3.4", "10.2.2.2", "fd00::3"], https);
    check_standard("10.0.0.1", &["for=6.6.6.6, for=_hidden;proto=https"], &[], https);
    check_standard("10.0.0.1", &["for=6.6.6.6, for=unknown, for=10.2.2.2"], &["10.2.2.2"], None);
    check_standard("10.0.0.1", &["for=\"6.6.6.6, for=10.2.2.2"], &["10.2.2.2"], None);
    check_standard("10.0.0.1", &["for=1.2.3"], &[], None);
}

#[test]
fn the_standard_field_is_nobodys_word_elsewhere() {
    let trusted = ["10.0.0.0/8".parse().expect("a network")];
    let forwarded = ("forwarded", b"for=1.2.3.4;proto=https".to_vec());
    let alone = Sample { target: "/".to_owned(), fields: vec![forwarded.clone()] };
    assert_eq!(identify(&alone, ip("203.0.113.9"), &trusted), (ip("203.0.113.9"), None));
    assert_eq!(identify(&alone, ip("10.0.0.1"), &[]), (ip("10.0.0.1"), None));
    let fields = vec![forwarded, ("x-forwarded-for", b"5.6.7.8".to_vec())];
    let both = Sample { target: "/".to_owned(), fields };
    assert_eq!(identify(&both, ip("10.0.0.1"), &trusted), (ip("5.6.7.8"), None));
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
