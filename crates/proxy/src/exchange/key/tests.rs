//! Hash keys from every source, and requests that have none.

use super::*;
use crate::exchange::sample::Sample;

fn sample(target: &str, fields: &[(&'static str, &str)]) -> Sample {
    let fields = fields.iter().map(|(name, value)| (*name, value.as_bytes().to_vec()));
    Sample { target: target.to_owned(), fields: fields.collect() }
}

fn check(by: HashSource, name: Option<&str>, head: &Sample, expected: Option<&str>) {
    let hash = HashKey { by, name: name.map(str::to_owned), bound: HashKey::BOUND };
    let key = extract(&hash, head, IpAddr::from([192, 0, 2, 7]));
    let expected = expected.map(|text| text.as_bytes().to_vec());
    assert_eq!(key.map(Vec::from), expected, "{by:?} {name:?} {head:?}");
}

#[test]
fn paths_and_queries() {
    let head = sample("/a/b?user=7&x&user=8&empty=", &[]);
    check(HashSource::Path, None, &head, Some("/a/b"));
    check(HashSource::Query, Some("user"), &head, Some("7"));
    for absent in ["x", "empty", "use", "user=7", "User", ""] {
        check(HashSource::Query, Some(absent), &head, None);
    }
    check(HashSource::Query, Some("user"), &sample("/a", &[]), None);
    check(HashSource::Path, None, &sample("/a?b?c", &[]), Some("/a"));
    check(HashSource::Query, Some("d"), &sample("/a?b?c&d=e=f?", &[]), Some("e=f?"));
}

#[test]
fn headers_by_any_case() {
    let head = sample("/", &[("x-user", "one"), ("x-user", "two"), ("x-empty", "")]);
    check(HashSource::Header, Some("X-User"), &head, Some("one"));
    check(HashSource::Header, Some("x-empty"), &head, None);
    check(HashSource::Header, Some("x-use"), &head, None);
}

#[test]
fn cookies_by_exact_name() {
    let head = sample("/", &[("cookie", "a=1; ek=2;ek2=3 ;  b = 4"), ("cookie", "c=5;;ek=6; d")]);
    check(HashSource::Cookie, Some("ek"), &head, Some("2"));
    check(HashSource::Cookie, Some("ek2"), &head, Some("3"));
    check(HashSource::Cookie, Some("c"), &head, Some("5"));
    for absent in ["EK", "e", "b", "d", "k"] {
        check(HashSource::Cookie, Some(absent), &head, None);
    }
    let all: Vec<&[u8]> = cookies(&head, "ek").collect();
    assert_eq!(all, [b"2", b"6"]);
}

#[test]
fn clients_by_address() {
    let hash = HashKey { by: HashSource::Client, name: None, bound: HashKey::BOUND };
    let head = sample("/", &[]);
    let v4 = extract(&hash, &head, IpAddr::from([192, 0, 2, 7])).expect("a key");
    assert_eq!(*v4, [192, 0, 2, 7]);
    let v6 = extract(&hash, &head, "2001:db8::1".parse().expect("an address")).expect("a key");
    assert_eq!(v6.len(), 16);
}

/// Goal: a client cannot choose how long hashing takes. Method: a long key, and one at the limit.
#[test]
fn long_keys_are_cut() {
    let target = format!("/{}", "x".repeat(2 * KEY_MAX));
    check(HashSource::Path, None, &sample(&target, &[]), Some(&target[..KEY_MAX]));
    check(HashSource::Path, None, &sample(&target[..KEY_MAX], &[]), Some(&target[..KEY_MAX]));
}
