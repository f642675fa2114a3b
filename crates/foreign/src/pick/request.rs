//! A request as far as picks depend on it.

use std::net::IpAddr;

/// A request as far as picks depend on it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// Who sent it.
    pub source: Option<IpAddr>,
    /// The target as it stands on the request line, with its query.
    pub uri: &'a str,
    /// Names and values of the header lines that are known.
    pub headers: &'a [(&'a str, &'a str)],
    /// Names and values of HAProxy's variables that rules have set.
    pub variables: &'a [(&'a str, Value<'a>)],
    /// What is hashed of it, where the balancer's rules had to be followed to know that: the key of
    /// nginx's `hash`; of Envoy's hash the eight bytes, or none where the request has none.
    pub key: Option<&'a [u8]>,
    /// Seconds since any moment that is the same for all requests.
    pub at_s: f64,
}

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// An address.
    Address(IpAddr),
    /// A number.
    Number(i64),
    /// A text.
    Text(&'a str),
}

impl<'a> Request<'a> {
    /// The values of all lines of this name, in their order.
    pub fn header(&self, name: &str) -> impl DoubleEndedIterator<Item = &'a str> {
        let lines = self.headers.iter().filter(move |(other, _)| other.eq_ignore_ascii_case(name));
        lines.map(|(_, value)| *value)
    }

    /// The values of all cookies of this name, in their order.
    pub fn cookie(&self, name: &str) -> impl DoubleEndedIterator<Item = &'a str> {
        let pairs = self.header("cookie").flat_map(|line| line.split(';'));
        pairs.filter_map(move |pair| {
            let (key, value) = pair.split_once('=')?;
            (key.trim() == name).then(|| value.trim())
        })
    }

    /// A variable that has a value.
    pub fn variable(&self, name: &str) -> Option<Value<'a>> {
        self.variables.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }

    /// What follows the first `?` of the target.
    pub fn query(&self) -> Option<&'a str> {
        self.uri.split_once('?').map(|(_, query)| query)
    }

    /// The target from its first slash after scheme and authority; nothing where it has none.
    pub(crate) fn path_and_query(&self) -> &'a str {
        if self.uri.starts_with('/') {
            return self.uri;
        }
        let Some((_, rest)) = self.uri.split_once("://") else { return "" };
        rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_headers_and_cookies() {
        let headers = [("Cookie", "a=1; b = 2"), ("Host", "x"), ("cookie", "a=3")];
        let request = Request { headers: &headers, ..Request::default() };
        assert_eq!(request.cookie("a").collect::<Vec<_>>(), ["1", "3"]);
        assert_eq!(request.cookie("b").next(), Some("2"));
        assert_eq!(request.header("host").next_back(), Some("x"));
    }

    #[test]
    fn finds_the_path() {
        let path = |uri| Request { uri, ..Request::default() }.path_and_query();
        assert_eq!(path("/a?b"), "/a?b");
        assert_eq!(path("http://x/a?b"), "/a?b");
        assert_eq!((path("http://x"), path("*"), path("")), ("", "", ""));
    }
}
