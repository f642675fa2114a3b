//! Values as a configuration of this balancer can have them.

use std::net::IpAddr;

use config::Span;

/// A year: no setting has a use for more.
const LONGEST_MS: u64 = 365 * 86_400_000;

/// A length of time that every setting takes.
pub(super) fn span(ms: u64) -> Span {
    Span::from_millis(ms.clamp(1, LONGEST_MS))
}

/// A name that is plain: letters, digits, `_`, `.` and `-`, 60 of them at most.
pub(super) fn name(text: &str) -> String {
    let plain = |letter: char| match letter.is_ascii_alphanumeric() || "_.-".contains(letter) {
        true => letter,
        false => '_',
    };
    let name: String = text.chars().map(plain).take(60).collect();
    if name.is_empty() { "unnamed".to_owned() } else { name }
}

/// An address; `localhost` is the only name whose address is known without asking.
pub(super) fn ip(host: &str) -> Option<IpAddr> {
    match host {
        "localhost" => Some(IpAddr::from([127, 0, 0, 1])),
        _ => host.trim_matches(['[', ']']).parse().ok(),
    }
}

/// A host of a route without its port, where it is one that a route can have.
pub(super) fn host(text: &str) -> Option<String> {
    let text = match text.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => text,
    };
    let name = text.strip_prefix("*.").unwrap_or(text);
    let label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !label.is_empty() && label.len() <= 63 && label.bytes().all(inner)
    };
    (name.len() <= 253 && name.split('.').all(label)).then(|| text.to_ascii_lowercase())
}

/// A path that a route or a probe can have.
pub(super) fn path(text: &str) -> Option<String> {
    let is_sent = text.bytes().all(|byte| byte > b' ' && byte < 0x7f && byte != b'#');
    (text.starts_with('/') && !text.starts_with("//") && is_sent).then(|| text.to_owned())
}

/// A prefix of paths, which is a path without a query.
pub(super) fn prefix(text: &str) -> Option<String> {
    path(text).filter(|path| !path.contains('?'))
}

/// A token of HTTP, as names of cookies and headers are.
pub(super) fn token(text: &str) -> Option<String> {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    (!text.is_empty() && text.bytes().all(token)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_file_can_have_comes_through() {
        assert_eq!(name("a b/ö"), "a_b__");
        assert_eq!(host("A.example.com:80").as_deref(), Some("a.example.com"));
        assert_eq!(host("*.example.com").as_deref(), Some("*.example.com"));
        assert_eq!((host("~^x"), host("a*"), host("")), (None, None, None));
        assert_eq!((prefix("/a?b"), prefix("//a"), prefix("a")), (None, None, None));
        assert_eq!(span(0), Span::from_millis(1));
        assert_eq!(ip("localhost"), ip("127.0.0.1"));
        assert_eq!(ip("web1"), None);
    }
}
