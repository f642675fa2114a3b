//! What of a request is hashed.

use std::net::IpAddr;

use super::expression::Expression;
use super::hashing::HashType;
use super::list;
use crate::pick::Request;

/// What of a request is hashed, by the first word after `balance`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// `source`: the client's address.
    Source,
    /// `uri`: the target as it was sent.
    Uri(Uri),
    /// `url_param`: the value of a parameter of the query. (Bodies, for `check_post`, are not
    /// read: logs do not have them.)
    UrlParam(String),
    /// `hdr(name)`: the first value of a header. (With `use_domain_only` HAProxy 2.6 reads one
    /// byte behind the value, which is taken here for no dot. For a header that is the last one
    /// of its request it may be anything, and a request may go elsewhere now and then.)
    Header {
        /// The header's name.
        name: String,
        /// Only the word before the last dot: `use_domain_only`.
        domain_only: bool,
    },
    /// `rdp-cookie(name)`: a line `Cookie: name=value`, with nothing behind it.
    RdpCookie(String),
    /// `hash expression` (since 2.6).
    Expression(Expression),
}

/// The options of `balance uri`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uri {
    /// Only this many bytes; 0: all.
    pub len: usize,
    /// Only this many directories; 0: all.
    pub depth: u32,
    /// With the query.
    pub whole: bool,
    /// Without scheme and authority (since 2.2).
    pub path_only: bool,
}

impl Key {
    /// The number that a server is looked up by; nothing where the request does not have the key.
    pub fn hash(&self, request: &Request<'_>, by: &HashType) -> Option<u32> {
        match self {
            Key::Source => Some(by.spread(source(request.source?))),
            Key::Uri(options) => Some(by.hash(options.part(request).as_bytes())),
            Key::UrlParam(name) => Some(by.hash(parameter(request.uri, name)?.as_bytes())),
            Key::Header { name, domain_only } => {
                let value = first_value(request.header(name).next()?);
                let part = if *domain_only { domain(value.as_bytes()) } else { value.as_bytes() };
                (!value.is_empty()).then(|| by.hash(part))
            }
            Key::RdpCookie(name) => {
                let mut pairs = request.header("cookie").filter_map(|line| line.split_once('='));
                let (_, value) = pairs.find(|(key, value)| {
                    key.trim_start().eq_ignore_ascii_case(name) && !value.is_empty()
                })?;
                Some(by.hash(value.as_bytes()))
            }
            Key::Expression(expression) => expression.hash(request, by),
        }
    }

    /// Whether a request without this key is noticed even where only one server is left.
    pub(super) fn is_read_first(&self) -> bool {
        matches!(self, Key::UrlParam(_) | Key::RdpCookie(_))
    }
}

/// The words of an address, folded; no hash function has a say.
fn source(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(address) => address.to_bits(),
        IpAddr::V6(address) => {
            let bits = address.to_bits();
            (bits >> 96) as u32 ^ (bits >> 64) as u32 ^ (bits >> 32) as u32 ^ bits as u32
        }
    }
}

impl Uri {
    fn part<'a>(&self, request: &Request<'a>) -> &'a str {
        let uri = if self.path_only { request.path_and_query() } else { request.uri };
        let mut end = uri.len();
        if self.len > 0 {
            end = end.min(self.len);
        }
        let mut slashes = 0u32;
        for (at, byte) in uri.bytes().enumerate().take(end) {
            slashes += u32::from(byte == b'/');
            let deep = byte == b'/' && self.depth > 0 && slashes > self.depth;
            if deep || (byte == b'?' && !self.whole) {
                end = at;
                break;
            }
        }
        // A target is ASCII; where it is not, the bytes of half a letter are left out.
        uri.get(..end).unwrap_or(uri)
    }
}

/// Only `&` parts parameters here.
fn parameter<'a>(uri: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = uri.split_once('?')?;
    let mut pairs = query.split('&');
    pairs.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// Up to the first comma that is not quoted.
pub(super) fn first_value(line: &str) -> &str {
    values(line).next().unwrap_or("")
}

/// The values of a header line.
pub(super) fn values(line: &str) -> impl Iterator<Item = &str> {
    // Cut at what is ASCII, text stays text.
    list::values(line.as_bytes()).map(|value| std::str::from_utf8(value).unwrap_or(""))
}

/// The word between the last two dots, or before the only one.
fn domain(value: &[u8]) -> &[u8] {
    let dot = value.iter().rposition(|&byte| byte == b'.').filter(|&at| at > 0);
    let Some(end) = dot else { return value };
    let start = value[..end].iter().rposition(|&byte| byte == b'.');
    &value[start.map_or(0, |at| at + 1)..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_part_of_the_uri_that_is_asked_for() {
        let check = |options: Uri, expected: &str| {
            let uri = "http://h/a/b/c?d/e";
            assert_eq!(options.part(&Request { uri, ..Request::default() }), expected);
        };
        let path = Uri { path_only: true, ..Uri::default() };
        check(Uri::default(), "http://h/a/b/c");
        check(path, "/a/b/c");
        check(Uri { depth: 1, ..path }, "/a");
        check(Uri { whole: true, ..path }, "/a/b/c?d/e");
        check(Uri { len: 4, ..path }, "/a/b");
        check(Uri { whole: true, depth: 3, ..path }, "/a/b/c?d");
    }

    #[test]
    fn finds_parameters() {
        let check = |uri, expected| assert_eq!(parameter(uri, "id"), expected);
        check("/?id=7&x", Some("7"));
        check("/?uid=1&id=&id=2", Some(""));
        check("/?id;x=1&ids=4", None);
        check("/id=1", None);
    }

    #[test]
    fn finds_the_domain() {
        let check = |value: &str, expected: &str| {
            assert_eq!(domain(value.as_bytes()), expected.as_bytes());
        };
        check("www.example.com", "example");
        check("example.com", "example");
        check("localhost", "localhost");
        check("a..b", "");
        check(".b", ".b");
    }
}
