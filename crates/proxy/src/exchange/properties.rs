//! What must hold for any `Cookie` and `Forwarded`: one place for random tests, corpus and fuzzer.

use std::net::{IpAddr, Ipv4Addr};

use balance::Claims;
use ipnet::IpNet;

use super::affinity::{SentOver, Signer, session};
use super::client::{identify, is_trusted};
use super::key::cookies;
use super::sample::Sample;

const NAME: &str = "ek";

/// No cookie that we have not signed is believed, and ours is found among others.
pub(crate) fn cookie(bytes: &[u8]) {
    let signer = Signer::new(b"a key of this test alone", "portal", NAME);
    let sent = Sample { target: String::new(), fields: vec![("cookie", bytes.to_vec())] };
    for value in cookies(&sent, NAME) {
        assert!(memchr::memmem::find(bytes, value).is_some(), "a value that was not sent");
        assert!(!value.contains(&b';'), "a value goes beyond its pair");
    }
    if let Some(claims) = session(&signer, &sent) {
        let ours = pair(&signer, &claims);
        assert!(memchr::memmem::find(bytes, ours.as_bytes()).is_some(), "a forged cookie");
    }
    let claims = claims(bytes);
    let ours = pair(&signer, &claims);
    let mut first = format!("{ours};").into_bytes();
    first.extend_from_slice(bytes);
    let sent = Sample { target: String::new(), fields: vec![("cookie", first)] };
    assert_eq!(session(&signer, &sent), Some(claims), "our own cookie is not found");
    let longer = vec![("cookie", format!("{ours}A").into_bytes())];
    let sent = Sample { target: String::new(), fields: longer };
    assert_eq!(session(&signer, &sent), None, "a cookie longer than ours");
}

/// No `Forwarded` of a stranger is believed, and none hides what a trusted proxy adds to it.
pub(crate) fn forwarded(bytes: &[u8]) {
    let stranger = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
    let proxy = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
    let trusted = [IpNet::new_assert(proxy, 8)];
    let head =
        |value: Vec<u8>| Sample { target: String::new(), fields: vec![("forwarded", value)] };
    let alone = head(bytes.to_vec());
    assert_eq!(identify(&alone, stranger, &trusted), (stranger, None), "a stranger is believed");
    let (client, told) = identify(&alone, proxy, &trusted);
    let told = told.unwrap_or_default();
    assert_eq!(client, told.chain.first().copied().unwrap_or(proxy));
    for (before, after) in told.chain.iter().zip(&told.chain[1.min(told.chain.len())..]) {
        assert!(is_trusted(*after, &trusted), "{before} is vouched for by a stranger");
    }
    let mut added = bytes.to_vec();
    added.extend_from_slice(b", for=192.0.2.7:80;proto=https;host=a.example");
    let (client, told) = identify(&head(added), proxy, &trusted);
    let told = told.unwrap_or_default();
    assert_eq!((client, &told.chain[..]), (stranger, &[stranger][..]), "what was added is hidden");
    assert_eq!((told.scheme, told.host.as_deref()), (Some("https"), Some("a.example")));
}

/// `name=value` as a browser sends it back.
fn pair(signer: &Signer, claims: &Claims) -> String {
    let cookie = signer.set_cookie(claims, 0, SentOver::TlsOnly);
    cookie.split(';').next().unwrap_or_default().to_owned()
}

/// Claims that follow from the input, so that every field takes every value.
fn claims(bytes: &[u8]) -> Claims {
    let mut stored = [0; Claims::LEN];
    for (place, byte) in stored.iter_mut().zip(bytes) {
        *place = *byte;
    }
    Claims::from_bytes(&stored)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_forwarded_is_judged(
            text in r#"(for=|proto=|host=|10\.0\.0\.[12]|1\.2\.3\.4|"|\\|,|;|\[::1\]|.){0,14}"#,
        ) {
            forwarded(text.as_bytes());
        }

        #[test]
        fn any_field_is_judged(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            cookie(&bytes);
        }

        #[test]
        fn nearly_right_fields_are_judged(text in "(; ?|ek|ek=|=|[A-Za-z0-9_-]{67}| |a=b){0,9}") {
            cookie(text.as_bytes());
        }
    }
}
