//! One request, as a log tells it: everything points into the line that was read.

use std::net::IpAddr;

use super::named::{Kind, NamedList};
use super::told::{Silent, Told};

/// What a line of an access log tells of a request. What it does not tell is `None`; a log that
/// writes `-` or nothing between the quotes tells nothing.
#[derive(Clone, Debug, Default)]
pub struct Line<'a> {
    /// When, in seconds since the Unix epoch: when the request came, where the log has that; else
    /// when it had been answered, as nginx and Caddy have it.
    pub at: Option<f64>,
    /// Whether that is when it had been answered.
    pub is_at_end: bool,
    /// Who asked, without the port; a log that has names instead of addresses has none.
    pub client: Option<IpAddr>,
    /// `X-Forwarded-For`.
    pub forwarded: Option<&'a [u8]>,
    /// The method as it was sent.
    pub method: Option<&'a [u8]>,
    /// The host that was asked for, with its port where one was sent.
    pub host: Option<&'a [u8]>,
    /// Path and query.
    pub target: Option<&'a [u8]>,
    /// Whether that is what the balancer sent on, where it sent another one than was asked for.
    pub is_target_made: bool,
    /// The status sent to the client.
    pub status: Option<u16>,
    /// Bytes sent to the client; whether heads count is the log's business.
    pub bytes: Option<u64>,
    /// How long it took, in seconds.
    pub duration_s: Option<f64>,
    /// The shortest time above nothing that the log could have written there, in seconds.
    pub resolution_s: Option<f64>,
    /// Who served it: a server's name, or the address it has behind the balancer.
    pub server: Option<&'a [u8]>,
    /// The pool that server is in.
    pub backend: Option<&'a [u8]>,
    /// Where the request came in.
    pub frontend: Option<&'a [u8]>,
    /// `User-Agent`.
    pub agent: Option<&'a [u8]>,
    /// `Referer`.
    pub referer: Option<&'a [u8]>,
    /// `Cookie`, as it was sent.
    pub cookies: Option<&'a [u8]>,
    /// How it ended: HAProxy's termination state, Envoy's response flags.
    pub ended: Option<&'a [u8]>,
    /// What became of its session, where the log says that itself.
    pub binding: Option<Binding>,
    /// What the log calls this request.
    pub id: Option<&'a [u8]>,
    /// Headers and cookies that the log has beside these.
    pub named: NamedList<'a>,
    /// Columns in which this line has nothing.
    pub silent: Silent,
}

/// What became of a request's session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// It began with this request.
    New,
    /// It was at its server before.
    Kept,
    /// It was at another server before.
    Moved,
}

impl<'a> Line<'a> {
    /// A field of the request's head, in any case.
    pub fn header(&self, name: &[u8]) -> Option<&'a [u8]> {
        let known = [
            (&b"host"[..], self.host),
            (b"x-forwarded-for", self.forwarded),
            (b"user-agent", self.agent),
            (b"referer", self.referer),
            (b"cookie", self.cookies),
            // HTTP/2's names of what is no header in HTTP/1.
            (b":authority", self.host),
            (b":method", self.method),
            (b":path", self.target),
        ];
        match known.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, value)) => *value,
            None => self.named.find(Kind::Header, name),
        }
    }

    /// What the log tells of a field of the request's head: that a request has none is another
    /// thing than that the log has no column for it.
    pub fn told_header(&self, name: &[u8]) -> Told<'a> {
        if let Some(value) = self.header(name) {
            return Told::Value(value);
        }
        let column = Silent::of_header(name);
        let is_silent = match column {
            Some(column) => self.silent.has(column),
            None => self.named.has(Kind::Header, name),
        };
        if is_silent || self.silent.has(Silent::HEADERS) { Told::Absent } else { Told::Untold }
    }

    /// The same of a cookie.
    pub fn told_cookie(&self, name: &[u8]) -> Told<'a> {
        if let Some(value) = self.cookie(name) {
            return Told::Value(value);
        }
        let told = self.cookies.is_some()
            || self.silent.has(Silent::COOKIES)
            || self.silent.has(Silent::HEADERS)
            || self.named.has(Kind::Cookie, name);
        if told { Told::Absent } else { Told::Untold }
    }

    /// A cookie that the client sent: from a column of its own, or from all its cookies.
    pub fn cookie(&self, name: &[u8]) -> Option<&'a [u8]> {
        if let Some(value) = self.named.find(Kind::Cookie, name) {
            return Some(value);
        }
        let pairs = self.cookies?.split(|&byte| byte == b';');
        pairs.filter_map(pair).find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// How many things it tells.
    pub(super) fn told(&self) -> usize {
        let texts = [
            self.forwarded,
            self.method,
            self.host,
            self.target,
            self.server,
            self.backend,
            self.agent,
            self.cookies,
        ];
        let others = [
            self.at.is_some(),
            self.client.is_some(),
            self.status.is_some(),
            self.bytes.is_some(),
            self.duration_s.is_some(),
        ];
        let texts = texts.iter().filter(|text| text.is_some()).count();
        texts + others.iter().filter(|is_told| **is_told).count() + self.named.all().len()
    }

    /// The target without its query.
    pub fn path(&self) -> Option<&'a [u8]> {
        let target = self.target?;
        target.get(..memchr::memchr(b'?', target).unwrap_or(target.len()))
    }

    /// What follows the target's question mark.
    pub fn query(&self) -> Option<&'a [u8]> {
        let target = self.target?;
        target.get(memchr::memchr(b'?', target)?.saturating_add(1)..)
    }
}

/// `name=value`, without the spaces around it.
pub(super) fn pair(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.trim_ascii();
    let at = memchr::memchr(b'=', text)?;
    let (name, value) = text.split_at_checked(at)?;
    Some((name, value.get(1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_cookies_and_the_targets_parts_are_found() {
        let mut line = Line {
            host: Some(b"a.example"),
            cookies: Some(b"ek=1; lang=de;bad; x=y=z"),
            target: Some(b"/a?b=c?d"),
            ..Line::default()
        };
        line.named.push(Kind::Header, b"X-Id", b"7");
        line.named.push(Kind::Cookie, b"lang", b"fr");
        assert_eq!(line.header(b"HOST"), Some(&b"a.example"[..]));
        assert_eq!(line.header(b"x-id"), Some(&b"7"[..]));
        assert_eq!(line.header(b"lang"), None);
        assert_eq!(line.cookie(b"lang"), Some(&b"fr"[..]));
        assert_eq!(line.cookie(b"ek"), Some(&b"1"[..]));
        assert_eq!(line.cookie(b"x"), Some(&b"y=z"[..]));
        assert_eq!(line.cookie(b"bad"), None);
        assert_eq!((line.path(), line.query()), (Some(&b"/a"[..]), Some(&b"b=c?d"[..])));
    }
}
