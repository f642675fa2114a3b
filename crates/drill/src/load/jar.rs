//! A user's cookies: takes what servers set, sends it back.

use std::collections::BTreeMap;

use hyper::HeaderMap;
use hyper::header::{HeaderValue, SET_COOKIE};

/// Cookies by name. Domain, path and times are not looked at: a load talks to one site,
/// and for less long than any cookie lives.
#[derive(Debug, Default)]
pub(super) struct Jar(BTreeMap<String, String>);

/// Names and values of a user's cookies together; servers refuse longer headers. A cookie that
/// does not fit is not kept.
const BYTES_MAX: usize = 8 * 1024;

impl Jar {
    /// Takes over every `Set-Cookie`; `Max-Age` of 0 or less removes (RFC 6265, 5.2.2).
    pub(super) fn take(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE) {
            // What is no text is no cookie that could be sent back.
            let Ok(line) = line.to_str() else { continue };
            let mut parts = line.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            if parts.any(is_removal) {
                self.0.remove(name.trim());
            } else {
                self.hold(name.trim(), value.trim());
            }
        }
    }

    /// Holds a cookie, in the place of one of the same name.
    pub(super) fn hold(&mut self, name: &str, value: &str) {
        self.0.remove(name);
        let held: usize = self.0.iter().map(|(name, value)| name.len() + value.len()).sum();
        if held + name.len() + value.len() <= BYTES_MAX {
            self.0.insert(name.to_owned(), value.to_owned());
        }
    }

    /// The `Cookie` header; `None` from an empty jar.
    pub(super) fn header(&self) -> Option<HeaderValue> {
        if self.0.is_empty() {
            return None;
        }
        let pairs: Vec<String> =
            self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        HeaderValue::try_from(pairs.join("; ")).ok()
    }
}

fn is_removal(attribute: &str) -> bool {
    attribute.split_once('=').is_some_and(|(name, value)| {
        name.trim().eq_ignore_ascii_case("max-age")
            && value.trim().parse::<i64>().is_ok_and(|seconds| seconds <= 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[&str], expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(SET_COOKIE, HeaderValue::from_str(line).unwrap());
        }
        let mut jar = Jar::default();
        jar.take(&headers);
        let header = jar.header();
        assert_eq!(header.as_ref().map(|value| value.to_str().unwrap()), expected, "{lines:?}");
    }

    /// Goal: no server fills the memory. Method: cookies of 100 bytes without end.
    #[test]
    fn a_jar_is_bounded() {
        let mut jar = Jar::default();
        for number in 0..1000 {
            let mut headers = HeaderMap::new();
            let line = format!("c{number:04}={:0>95}", 7);
            headers.append(SET_COOKIE, HeaderValue::from_str(&line).unwrap());
            jar.take(&headers);
        }
        assert_eq!(jar.0.len(), BYTES_MAX / 100);
    }

    #[test]
    fn cookies_are_kept_replaced_and_removed() {
        check(&[], None);
        check(&["ek=abc; Path=/; HttpOnly; Max-Age=28800"], Some("ek=abc"));
        check(&["b=2", "a=1=1"], Some("a=1=1; b=2"));
        check(&["a=1", "a=2; Secure"], Some("a=2"));
        check(&["a=1", "a=; max-age=0"], None);
        check(&["nonsense"], None);
    }
}
