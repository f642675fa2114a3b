//! What must hold for any `Cookie` field: one place for random tests, corpus and fuzzer.

use balance::Claims;

use super::affinity::{SentOver, Signer, session};
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
        fn any_field_is_judged(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            cookie(&bytes);
        }

        #[test]
        fn nearly_right_fields_are_judged(text in "(; ?|ek|ek=|=|[A-Za-z0-9_-]{56}| |a=b){0,9}") {
            cookie(text.as_bytes());
        }
    }
}
