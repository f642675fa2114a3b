//! Takes a request line apart, as far as it is one.

/// What a request line says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Request<'a> {
    pub(super) method: Option<&'a [u8]>,
    pub(super) host: Option<&'a [u8]>,
    pub(super) target: Option<&'a [u8]>,
}

/// A method is no longer than this in any registry.
const METHOD_MAX: usize = 32;

/// Reads `GET /a HTTP/1.1`. What clients send that is no request line has no method and no target.
pub(super) fn request(text: &[u8]) -> Request<'_> {
    let parts = memchr::memchr(b' ', text).and_then(|at| text.split_at_checked(at));
    let Some((method, rest)) = parts else { return Request::default() };
    let is_token = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_');
    let begins = method.first().is_some_and(u8::is_ascii_alphabetic);
    if !begins || method.len() > METHOD_MAX || !method.iter().all(is_token) {
        return Request::default();
    }
    let rest = rest.trim_ascii_start();
    // A target may hold spaces; the protocol is what stands behind the last one.
    let target = match memchr::memrchr(b' ', rest).and_then(|at| rest.split_at_checked(at)) {
        Some((target, protocol)) if protocol.starts_with(b" HTTP/") => target,
        _ => rest,
    };
    let (host, target) = absolute(target);
    Request { method: Some(method), host, target }
}

/// Clients leave the port of their scheme out of the host, and some logs put it there: the host as
/// it was sent. (Who sent it nevertheless is not told apart.)
pub(super) fn as_sent<'a>(host: &'a [u8], ports: &[&[u8]]) -> &'a [u8] {
    ports.iter().find_map(|port| host.strip_suffix(*port)).unwrap_or(host)
}

/// The ports, with their colons, that a request line's scheme has by itself.
pub(super) fn usual_ports(text: &[u8]) -> &'static [&'static [u8]] {
    let at = memchr::memchr(b' ', text).map_or(0, |at| at + 1);
    let target = text.get(at..).unwrap_or_default();
    match target {
        [b'h', b't', b't', b'p', b's', ..] | [b'w', b's', b's', ..] => &[b":443"],
        _ => &[b":80"],
    }
}

/// `http://host/path` to `host` and `/path`.
pub(super) fn absolute(target: &[u8]) -> (Option<&[u8]>, Option<&[u8]>) {
    if target.is_empty() || target == b"-" {
        return (None, None);
    }
    let rest = target.strip_prefix(b"http://").or_else(|| target.strip_prefix(b"https://"));
    let Some(rest) = rest else { return (None, Some(target)) };
    let (host, path) = host_and_path(rest);
    (host, path.or(Some(b"/")))
}

/// `host/path` to both.
pub(super) fn host_and_path(text: &[u8]) -> (Option<&[u8]>, Option<&[u8]>) {
    let end = memchr::memchr2(b'/', b'?', text).unwrap_or(text.len());
    // A log has `-` for a target that could not be read, right behind the host.
    let text = if end == text.len() { text.strip_suffix(b"-").unwrap_or(text) } else { text };
    let (host, path) = text.split_at_checked(end).unwrap_or((text, b""));
    let some = |text: &'_ [u8]| !text.is_empty();
    (Some(host).filter(|text| some(text) && *text != b"-"), Some(path).filter(|text| some(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, method: &str, host: &str, target: &str) {
        let told = |text: Option<&[u8]>| {
            text.map_or_else(String::new, |text| String::from_utf8_lossy(text).into_owned())
        };
        let read = request(text.as_bytes());
        let read = (told(read.method), told(read.host), told(read.target));
        assert_eq!(read, (method.into(), host.into(), target.into()), "{text}");
    }

    #[test]
    fn request_lines_and_what_is_none() {
        check("GET /a?b HTTP/1.1", "GET", "", "/a?b");
        check("GET /a b HTTP/2.0", "GET", "", "/a b");
        check("GET /a", "GET", "", "/a");
        check("GET  HTTP/1.0", "GET", "", "HTTP/1.0");
        check("GET https://h:1/a HTTP/2.0", "GET", "h:1", "/a");
        check("GET http://h HTTP/1.1", "GET", "h", "/");
        check("GET http://h?x HTTP/1.1", "GET", "h", "?x");
        check("OPTIONS * HTTP/1.1", "OPTIONS", "", "*");
        check("M-SEARCH * HTTP/1.1", "M-SEARCH", "", "*");
        for none in ["", "-", "<BADREQ>", "\\x16\\x03\\x01 a", "GET", " / HTTP/1.1", "- - -"] {
            check(none, "", "", "");
        }
    }
}
