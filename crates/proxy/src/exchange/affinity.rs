//! The session cookie: signed claims that any balancer with the same key honours.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use balance::Claims;

use super::key::cookies;
use super::request::Head;

/// Bytes of the signature that the cookie carries: HMAC-SHA-256 cut to 128 bits (RFC 2104).
const MAC_LEN: usize = 16;
const TOKEN_LEN: usize = Claims::LEN + MAC_LEN;
/// The same in base64, unpadded.
const TEXT_LEN: usize = (TOKEN_LEN * 4).div_ceil(3);
/// A client may send the cookie more than once (two paths); more than this is not looked at.
const COOKIES_MAX: usize = 4;

/// Connections over which a browser may send a cookie back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SentOver {
    Any,
    #[cfg_attr(
        not(any(test, feature = "fuzzing")),
        expect(dead_code, reason = "nothing serves TLS yet; tests hold what it will ask for")
    )]
    TlsOnly,
}

/// Signs and reads one pool's session cookies.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    /// Name of the cookie.
    name: String,
    /// Keyed with the secret, the pool's and the cookie's name: no cookie fits another pool.
    mac: Hmac<Sha256>,
}

impl Signer {
    pub(crate) fn new(secret: &[u8], pool: &str, name: &str) -> Self {
        // HMAC takes a key of any length, so this cannot fail.
        #[allow(clippy::expect_used)]
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key of any length");
        for part in [pool, name] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        Signer { name: name.to_owned(), mac }
    }

    /// The whole `Set-Cookie` value for a binding.
    pub(crate) fn set_cookie(&self, claims: &Claims, now_s: u32, sent_over: SentOver) -> String {
        let mut token = [0; TOKEN_LEN];
        let bytes = claims.to_bytes();
        token[..Claims::LEN].copy_from_slice(&bytes);
        token[Claims::LEN..].copy_from_slice(&self.sign(&bytes)[..MAC_LEN]);
        let life_s = claims.expires_at_s.saturating_sub(now_s);
        let secure = match sent_over {
            SentOver::Any => "",
            SentOver::TlsOnly => "; Secure",
        };
        format!(
            "{}={}; Path=/; Max-Age={life_s}; HttpOnly; SameSite=Lax{secure}",
            self.name,
            URL_SAFE_NO_PAD.encode(token)
        )
    }

    fn read(&self, value: &[u8]) -> Option<Claims> {
        if value.len() != TEXT_LEN {
            return None;
        }
        // The decoder asks for room for whole groups of four characters.
        let mut token = [0; TEXT_LEN.div_ceil(4) * 3];
        let len = URL_SAFE_NO_PAD.decode_slice(value, &mut token).ok()?;
        let (bytes, mac) = token[..len].split_at_checked(Claims::LEN)?;
        let mut signed = self.mac.clone();
        signed.update(bytes);
        // Compares in constant time.
        signed.verify_truncated_left(mac).ok()?;
        let mut claims = [0; Claims::LEN];
        claims.copy_from_slice(bytes);
        Some(Claims::from_bytes(&claims))
    }

    fn sign(&self, bytes: &[u8]) -> [u8; 32] {
        let mut mac = self.mac.clone();
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }
}

/// The claims of the request's session cookie, if it has one that we signed.
pub(crate) fn session(signer: &Signer, head: &impl Head) -> Option<Claims> {
    cookies(head, &signer.name).take(COOKIES_MAX).find_map(|value| signer.read(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        Claims {
            endpoint: 7,
            session: 9,
            bound_at_s: 100,
            expires_at_s: 28_900,
            epoch: 0,
            home: None,
        }
    }

    fn value(signer: &Signer) -> String {
        let cookie = signer.set_cookie(&claims(), 100, SentOver::Any);
        let (pair, rest) = cookie.split_once(';').expect("attributes");
        assert_eq!(rest, " Path=/; Max-Age=28800; HttpOnly; SameSite=Lax");
        pair.strip_prefix("ek=").expect("name").to_owned()
    }

    #[test]
    fn a_cookie_is_read_by_its_own_pool_only() {
        let signer = Signer::new(b"secret", "portal", "ek");
        let value = value(&signer);
        assert_eq!(signer.read(value.as_bytes()), Some(claims()));
        for other in [
            Signer::new(b"other", "portal", "ek"),
            Signer::new(b"secret", "porta", "lek"),
            Signer::new(b"secret", "shop", "ek"),
        ] {
            assert_eq!(other.read(value.as_bytes()), None);
        }
    }

    /// Goal: no altered cookie is honoured. Method: every byte changed, every length cut.
    #[test]
    fn an_altered_cookie_is_ignored() {
        let signer = Signer::new(b"secret", "portal", "ek");
        let value = value(&signer).into_bytes();
        for at in 0..value.len() {
            assert_eq!(signer.read(&value[..at]), None, "cut at {at}");
            let mut altered = value.clone();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(signer.read(&altered), None, "changed at {at}");
        }
        let mut longer = value.clone();
        longer.push(b'A');
        assert_eq!(signer.read(&longer), None);
    }

    #[test]
    fn secure_on_tls() {
        let cookie = Signer::new(b"s", "p", "ek").set_cookie(&claims(), 100, SentOver::TlsOnly);
        assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    }
}
