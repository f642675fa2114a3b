//! The standard field in all its spellings, and what may stand before it.

use proptest::prelude::*;

use super::*;

fn hop_of(client: Option<&str>, scheme: Option<&'static str>, host: Option<&str>) -> Option<Hop> {
    let client = client.map(|text| text.parse().expect("an address"));
    Some(Hop { client, scheme, host: host.map(str::to_owned) })
}

/// The hops of `field` from the right.
fn check(field: &str, expected: &[Option<Hop>]) {
    assert_eq!(hops(field.as_bytes()).collect::<Vec<_>>(), expected, "{field}");
}

#[test]
fn hops_are_read_from_the_right() {
    let first = || hop_of(Some("192.0.2.43"), None, None);
    let second = || hop_of(Some("198.51.100.17"), None, None);
    check("for=192.0.2.43, for=198.51.100.17", &[second(), first()]);
    check("for=192.0.2.43,, ,FOR=\"198.51.100.17\" ,", &[second(), first()]);
    check("", &[]);
    let whole = "for=192.0.2.60;proto=HTTPS;by=203.0.113.43; host=\"a.example:81\"";
    check(whole, &[hop_of(Some("192.0.2.60"), Some("https"), Some("a.example:81"))]);
    check("proto=ftp;host=\"a b\"", &[hop_of(None, None, None)]);
    check(";;by=_x;", &[hop_of(None, None, None)]);
}

#[test]
fn nodes_come_in_many_forms() {
    for (node, expected) in [
        ("192.0.2.43", Some("192.0.2.43")),
        ("192.0.2.43:47011", Some("192.0.2.43")),
        ("\"192.0.2.43:_port\"", Some("192.0.2.43")),
        ("\"[2001:db8:cafe::17]\"", Some("2001:db8:cafe::17")),
        ("\"[2001:db8:cafe::17]:4711\"", Some("2001:db8:cafe::17")),
        ("[2001:db8:cafe::17]:4711", Some("2001:db8:cafe::17")),
        ("\"192.0.2.4\\3\"", Some("192.0.2.43")),
        ("unknown", None),
        ("Unknown", None),
        ("_hidden", None),
        ("\"_SEVKISEK:80\"", None),
    ] {
        check(&format!("for={node}"), &[hop_of(expected, None, None)]);
    }
}

#[test]
fn what_is_malformed_tells_nothing() {
    for element in [
        "for",
        "for=",
        "=a",
        "for=\"192.0.2.43",
        "for=192.0.2.43\"",
        "for=\"192.0.2.43\"x",
        "for=192.0.2",
        "for=192.0.2.43:x",
        "for=192.0.2.43:+1",
        "for=\"2001:db8::1\"",
        "for=\"[192.0.2.43]\"",
        "for=\"[2001:db8::1\"",
        "for=\"[2001:db8::1]x\"",
        "for=_",
        "for=192.0.2.43;for=192.0.2.44",
        "for =192.0.2.43",
        "for=192.0.2.43 proto=http",
        "f(r=192.0.2.43",
    ] {
        check(element, &[None]);
        assert!(!is_well_formed(format!("{element}, for=192.0.2.43").as_bytes()), "{element}");
    }
    assert!(is_well_formed(b"for=192.0.2.43, for=_x;by=\"a,b;c\\\"\""));
}

proptest! {
    /// Any bytes are read without a panic, and none of them gives a host that could be mistaken.
    #[test]
    fn any_field_is_read(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        for hop in hops(&bytes).flatten() {
            let strange = |host: &String| host.contains([',', '"', ' ', '\r', '\n']);
            prop_assert!(!hop.host.is_some_and(|host| strange(&host)));
        }
    }

    /// Goal: what a client writes changes nothing of what a proxy adds behind it.
    /// Method: pieces of the grammar, in any order, before a good element.
    #[test]
    fn what_stands_before_changes_nothing(
        before in r#"(for=|proto=|host=|192\.0\.2\.1|"|\\|,|;| |\[|\]|unknown|[ -~]){0,12}"#,
    ) {
        let field = format!("{before}, for=\"192.0.2.43:80\";proto=https;by=\"a,\\\"b\"");
        let last = hops(field.as_bytes()).next();
        prop_assert_eq!(last, Some(hop_of(Some("192.0.2.43"), Some("https"), None)));
    }
}
