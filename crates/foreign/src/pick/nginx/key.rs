//! The key of `hash`: text and variables, as far as a log has them.

use std::borrow::Cow;
use std::fmt::Write;
use std::net::IpAddr;

use crate::nginx::uri;
use crate::pick::Request;

/// The key of `hash`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// `$remote_addr`
    Address,
    /// `$binary_remote_addr`
    BinaryAddress,
    /// `$request_uri`
    Target,
    /// `$uri`, where nothing rewrites it
    Path,
    /// `$args`
    Query,
    /// `$arg_…`
    Argument(String),
    /// `$http_…`, with dashes for underscores
    Header(String),
    /// `$cookie_…`
    Cookie(String),
    /// `$host`, of the host header
    Host,
}

impl Key {
    /// After its word in the configuration. `None` where a variable is not known here.
    pub fn parse(text: &str) -> Option<Key> {
        let mut parts = Vec::new();
        let mut pieces = text.split('$');
        parts.extend(pieces.next().filter(|it| !it.is_empty()).map(|it| Part::Text(it.to_owned())));
        for piece in pieces {
            let (name, rest) = match piece.strip_prefix('{') {
                Some(braced) => braced.split_once('}')?,
                None => {
                    let ends = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_';
                    piece.split_at(piece.find(ends).unwrap_or(piece.len()))
                }
            };
            parts.push(variable(name)?);
            parts.extend((!rest.is_empty()).then(|| Part::Text(rest.to_owned())));
        }
        Some(Key(parts))
    }

    /// One that is never read of a request itself, which has to bring it.
    pub fn brought() -> Key {
        Key(Vec::new())
    }

    /// Whether a key depends on more than the request itself: on what rules make of it, or on
    /// variables that the configuration defines.
    pub fn follows_rules(text: &str) -> bool {
        let is_sent = |name: String| {
            let plain = ["remote_addr", "binary_remote_addr", "request_uri"];
            let families = ["http_", "cookie_"];
            plain.contains(&name.as_str()) || families.iter().any(|it| name.starts_with(it))
        };
        !crate::nginx::syntax::variables(text).all(is_sent)
    }

    /// Whether a variable is known where the rules are followed, and not from a request alone.
    pub fn is_followed(name: &str) -> bool {
        let plain = ["scheme", "https", "server_port", "server_name", "is_args", "request_method"];
        plain.contains(&name) || matches!(name, "query_string" | "document_uri")
    }

    /// What is hashed of a request; empty where it has nothing of it.
    pub fn value<'a>(&'a self, request: &Request<'a>) -> Cow<'a, [u8]> {
        if let Some(key) = request.key {
            return Cow::Borrowed(key);
        }
        if let [part] = self.0.as_slice() {
            return part.value(request);
        }
        let values = self.0.iter().flat_map(|part| part.value(request).into_owned());
        Cow::Owned(values.collect())
    }
}

fn variable(name: &str) -> Option<Part> {
    let tail = |prefix: &str| name.strip_prefix(prefix).filter(|tail| !tail.is_empty());
    let simple = match name {
        "remote_addr" => Some(Part::Address),
        "binary_remote_addr" => Some(Part::BinaryAddress),
        "request_uri" => Some(Part::Target),
        "uri" | "document_uri" => Some(Part::Path),
        "args" | "query_string" => Some(Part::Query),
        "host" => Some(Part::Host),
        _ => None,
    };
    simple
        .or_else(|| tail("arg_").map(|tail| Part::Argument(tail.to_owned())))
        .or_else(|| tail("cookie_").map(|tail| Part::Cookie(tail.to_owned())))
        .or_else(|| tail("http_").map(|tail| Part::Header(tail.replace('_', "-"))))
}

impl Part {
    fn value<'a>(&'a self, request: &Request<'a>) -> Cow<'a, [u8]> {
        let text = match self {
            Part::Text(text) => Some(text.as_str()),
            Part::Target => Some(request.uri),
            Part::Path => {
                let path = uri::path(request.path_and_query().as_bytes(), true);
                return Cow::Owned(path.unwrap_or_default());
            }
            Part::Query => request.query(),
            Part::Argument(name) => argument(request.query().unwrap_or(""), name),
            Part::Header(name) => return header(request, name),
            Part::Cookie(name) => request.cookie(name).next(),
            Part::Host => return host(request),
            Part::Address => {
                return Cow::Owned(match request.source {
                    None => Vec::new(),
                    Some(IpAddr::V4(address)) => dotted(address.octets()),
                    Some(IpAddr::V6(address)) => address.to_string().into_bytes(),
                });
            }
            Part::BinaryAddress => {
                return Cow::Owned(match request.source {
                    None => Vec::new(),
                    Some(IpAddr::V4(address)) => address.octets().to_vec(),
                    Some(IpAddr::V6(address)) => address.octets().to_vec(),
                });
            }
        };
        Cow::Borrowed(text.unwrap_or("").as_bytes())
    }
}

/// An address as text. The standard library's way is slow where it is gone for each request.
fn dotted(octets: [u8; 4]) -> Vec<u8> {
    let mut text = Vec::with_capacity(15);
    for (place, octet) in octets.into_iter().enumerate() {
        if place > 0 {
            text.push(b'.');
        }
        if octet >= 100 {
            text.push(b'0' + octet / 100);
        }
        if octet >= 10 {
            text.push(b'0' + octet / 10 % 10);
        }
        text.push(b'0' + octet % 10);
    }
    text
}

/// Names of arguments are compared without regard to case.
fn argument<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// Since 1.23 several lines are joined; before, only the first one counts but for a few names.
fn header<'a>(request: &Request<'a>, name: &str) -> Cow<'a, [u8]> {
    let joined = if name.eq_ignore_ascii_case("cookie") { "; " } else { ", " };
    let mut lines = request.header(name);
    let Some(first) = lines.next() else { return Cow::Borrowed(b"") };
    if name.eq_ignore_ascii_case("cookie") || name.eq_ignore_ascii_case("x-forwarded-for") {
        let mut text = first.to_owned();
        for line in lines {
            let _ = write!(text, "{joined}{line}");
        }
        return Cow::Owned(text.into_bytes());
    }
    Cow::Borrowed(first.as_bytes())
}

/// In lower case and without a port.
fn host<'a>(request: &Request<'a>) -> Cow<'a, [u8]> {
    let line = request.header("host").next().unwrap_or("");
    let bare = match line.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => line,
    };
    Cow::Owned(bare.to_ascii_lowercase().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_usual() {
        for octet in 0..=255 {
            let address = std::net::Ipv4Addr::new(octet, 255 - octet, 0, octet / 3);
            assert_eq!(dotted(address.octets()), address.to_string().into_bytes());
        }
    }

    #[test]
    fn text_and_variables_are_joined() {
        let headers = [("Host", "A.org:80"), ("X-User", "u"), ("Cookie", "k=v")];
        let source = Some(IpAddr::from([192, 0, 2, 7]));
        let uri = "/p?q=1&Q=2";
        let request = Request { source, uri, headers: &headers, ..Request::default() };
        let check = |text: &str, expected: &str| {
            let key = Key::parse(text).unwrap();
            assert_eq!(String::from_utf8(key.value(&request).into_owned()).unwrap(), expected);
        };
        check("$request_uri", "/p?q=1&Q=2");
        check("a${uri}b-$arg_Q", "a/pb-1");
        check("$host$http_x_user|$cookie_k", "a.orgu|v");
        check("$remote_addr", "192.0.2.7");
        check("$http_nothing", "");
        assert_eq!(Key::parse("$upstream_addr"), None);
        assert_eq!(Key::parse("${uri"), None);
    }
}
