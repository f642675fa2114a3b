//! Reads a request's head, strictly: what two parsers could understand in two ways is refused
//! (RFC 9112; the cases that let requests be smuggled past others).

use std::mem::MaybeUninit;

use httparse::{Header, Status};

use super::body::Framing;
use super::fields::{self, Field};
use crate::fault::Fault;

/// Most fields of any head, whatever is configured; bounds the stack.
pub(crate) const FIELDS_MAX: usize = 256;

/// What a client may send.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeadLimits {
    /// Bytes of the whole head.
    pub(crate) bytes: usize,
    /// Number of fields.
    pub(crate) fields: usize,
    pub(crate) allow_connect: bool,
}

/// A request's head, borrowed from the bytes it was read from.
#[derive(Debug)]
pub(crate) struct RequestHead<'h, 'b> {
    pub(crate) method: &'b str,
    /// Path and query in origin form, `*`, or an authority for CONNECT.
    pub(crate) target: &'b str,
    /// The host asked for, from the target where it has one.
    pub(crate) host: &'b str,
    pub(crate) fields: &'h [Header<'b>],
    /// What each of them is.
    pub(crate) kinds: &'h [Field],
    /// The whole head, as it was received.
    pub(crate) bytes: &'b [u8],
    pub(crate) framing: Framing,
    /// HTTP/1.1; otherwise HTTP/1.0.
    pub(crate) is_1_1: bool,
    /// The client wants to go on using the connection.
    pub(crate) keep_alive: bool,
    /// The client offers to speak another protocol.
    pub(crate) upgrade: Option<&'b str>,
    pub(crate) expects_continue: bool,
    /// Fields that `Connection` lists.
    listed: bool,
    /// Length of the head in bytes.
    pub(crate) len: usize,
}

/// Room for the fields of one head, and for what each of them is.
pub(crate) struct FieldSpace<'b> {
    pub(super) fields: [MaybeUninit<Header<'b>>; FIELDS_MAX],
    pub(super) kinds: Kinds,
}

impl FieldSpace<'_> {
    pub(crate) fn new() -> Self {
        let kinds = Kinds([Field::EndToEnd; FIELDS_MAX]);
        FieldSpace { fields: [MaybeUninit::uninit(); FIELDS_MAX], kinds }
    }
}

/// What the fields of one head are, found out once.
pub(crate) struct Kinds([Field; FIELDS_MAX]);

impl Kinds {
    /// Classifies the fields; there are at most as many as there is room for.
    pub(super) fn fill(&mut self, fields: &[Header<'_>]) -> &[Field] {
        for (kind, field) in self.0.iter_mut().zip(fields) {
            *kind = fields::classify(field.name);
        }
        &self.0[..fields.len()]
    }
}

/// Parses the head at the start of `bytes`; `None`: more bytes are needed.
pub(crate) fn parse<'h, 'b>(
    bytes: &'b [u8],
    space: &'h mut FieldSpace<'b>,
    limits: &HeadLimits,
) -> Result<Option<RequestHead<'h, 'b>>, Fault> {
    // RFC 9112, section 2.2: one empty line before a request is forgiven, and only a whole one.
    let skipped = match bytes {
        [b'\r', b'\n', ..] => 2,
        [] | [b'\r'] => return Ok(None),
        _ => 0,
    };
    let input = &bytes[skipped..];
    if matches!(input, [b'\r' | b'\n', ..]) {
        return Err(Fault::BadRequest);
    }
    let mut request = httparse::Request::new(&mut []);
    let FieldSpace { fields, kinds } = space;
    let parsed = request.parse_with_uninit_headers(input, &mut fields[..]);
    let len = match parsed {
        Ok(Status::Complete(len)) => len,
        Ok(Status::Partial) => return partial(input, limits),
        Err(httparse::Error::TooManyHeaders) => return Err(Fault::HeadTooLarge),
        Err(_) => return Err(Fault::BadRequest),
    };
    if len > limits.bytes {
        return Err(too_large(input, limits));
    }
    if request.headers.len() > limits.fields {
        return Err(Fault::HeadTooLarge);
    }
    check_line_ends(&input[..len])?;
    let (Some(method), Some(target), Some(version)) =
        (request.method, request.path, request.version)
    else {
        return Err(Fault::BadRequest);
    };
    let head = RequestHead {
        method,
        target,
        host: "",
        fields: request.headers,
        kinds: kinds.fill(request.headers),
        bytes: &input[..len],
        framing: Framing::Empty,
        is_1_1: version == 1,
        keep_alive: version == 1,
        upgrade: None,
        expects_continue: false,
        listed: false,
        len: len + skipped,
    };
    understand(head, limits).map(Some)
}

fn partial<T>(input: &[u8], limits: &HeadLimits) -> Result<Option<T>, Fault> {
    // A head that will be refused need not be waited for: bare line feeds are looked for in
    // what has come, and a limit is a limit.
    check_line_ends(input)?;
    if input.len() >= limits.bytes {
        return Err(too_large(input, limits));
    }
    Ok(None)
}

fn too_large(input: &[u8], limits: &HeadLimits) -> Fault {
    let line = memchr::memchr(b'\n', input).unwrap_or(input.len());
    if line >= limits.bytes { Fault::TargetTooLong } else { Fault::HeadTooLarge }
}

/// Whether some LF does not follow a CR. Without an early exit, so that it is done for many bytes
/// at once.
pub(super) fn has_bare_line_feed(head: &[u8]) -> bool {
    let after = head.iter().zip(head.iter().skip(1));
    head.first() == Some(&b'\n')
        || after.fold(false, |bare, (&before, &byte)| bare | (byte == b'\n' && before != b'\r'))
}

/// Every line ends in CR LF, and neither stands alone.
fn check_line_ends(head: &[u8]) -> Result<(), Fault> {
    if has_bare_line_feed(head) { Err(Fault::BadRequest) } else { Ok(()) }
}

/// Gives the fields their meaning, and refuses what has two.
fn understand<'h, 'b>(
    mut head: RequestHead<'h, 'b>,
    limits: &HeadLimits,
) -> Result<RequestHead<'h, 'b>, Fault> {
    let mut seen = Seen::default();
    for (field, kind) in head.fields.iter().zip(head.kinds) {
        if field.name.is_empty() {
            return Err(Fault::BadRequest);
        }
        match kind {
            Field::Host => {
                let host = text(field.value)?;
                if seen.host.replace(host).is_some() {
                    return Err(Fault::BadRequest);
                }
            }
            Field::ContentLength if seen.length.replace(content_length(field.value)?).is_some() => {
                return Err(Fault::BadRequest);
            }
            Field::TransferEncoding => {
                let only_chunked = field.value.eq_ignore_ascii_case(b"chunked");
                if seen.chunked || !only_chunked || !head.is_1_1 {
                    return Err(Fault::BadRequest);
                }
                seen.chunked = true;
            }
            Field::Connection => read_connection(&mut head, &mut seen, field.value),
            Field::Upgrade => head.upgrade = Some(text(field.value)?),
            Field::Expect => {
                if !field.value.eq_ignore_ascii_case(b"100-continue") {
                    return Err(Fault::ExpectationFailed);
                }
                head.expects_continue = head.is_1_1;
            }
            _ => {}
        }
    }
    head.framing = match (seen.chunked, seen.length) {
        (true, Some(_)) => return Err(Fault::BadRequest),
        (true, None) => Framing::Chunked,
        (false, Some(length)) => Framing::Length(length),
        (false, None) => Framing::Empty,
    };
    // RFC 9112, section 9.3: "close" wins, wherever it stands.
    head.keep_alive &= !seen.close;
    let upgrades = seen.upgrade && head.is_1_1;
    head.upgrade = head.upgrade.filter(|to| upgrades && may_upgrade(to.as_bytes()));
    locate(head, seen.host, limits)
}

#[derive(Default)]
struct Seen<'b> {
    host: Option<&'b str>,
    length: Option<u64>,
    chunked: bool,
    upgrade: bool,
    close: bool,
}

fn read_connection(head: &mut RequestHead<'_, '_>, seen: &mut Seen<'_>, value: &[u8]) {
    for member in fields::members(value) {
        if member.eq_ignore_ascii_case(b"close") {
            seen.close = true;
        } else if member.eq_ignore_ascii_case(b"keep-alive") {
            head.keep_alive = true;
        } else if member.eq_ignore_ascii_case(b"upgrade") {
            seen.upgrade = true;
        } else {
            head.listed = true;
        }
    }
}

/// Finds host and path in the target's four forms (RFC 9112, section 3.2).
fn locate<'h, 'b>(
    mut head: RequestHead<'h, 'b>,
    host: Option<&'b str>,
    limits: &HeadLimits,
) -> Result<RequestHead<'h, 'b>, Fault> {
    let target = head.target;
    if !target.bytes().all(|b| matches!(b, 0x21..=0x7e) && b != b'#') {
        return Err(Fault::BadRequest);
    }
    if host.is_none() && head.is_1_1 {
        return Err(Fault::BadRequest);
    }
    if host.is_some_and(|host| !is_authority(host)) {
        return Err(Fault::BadRequest);
    }
    head.host = host.unwrap_or("");
    if head.method == "CONNECT" {
        return connect(head, limits);
    }
    if target.starts_with("//") || (target == "*") != (head.method == "OPTIONS" && target == "*") {
        return Err(Fault::BadRequest);
    }
    if target.starts_with('/') || target == "*" {
        return Ok(head);
    }
    let scheme_end = target.find("://").ok_or(Fault::BadRequest)?;
    let scheme = &target[..scheme_end];
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return Err(Fault::BadRequest);
    }
    let rest = &target[scheme_end + 3..];
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let authority = &rest[..end];
    // Two different hosts in one request: whoever routes by the other one is deceived.
    let same = host.is_none_or(|host| host.eq_ignore_ascii_case(authority));
    if !is_authority(authority) || !same || rest[end..].starts_with("//") {
        return Err(Fault::BadRequest);
    }
    head.host = authority;
    // RFC 9112, section 3.2.4: OPTIONS without a path asks about the server itself.
    head.target = match &rest[end..] {
        "" if head.method == "OPTIONS" => "*",
        "" => "/",
        path => path,
    };
    Ok(head)
}

fn connect<'h, 'b>(
    mut head: RequestHead<'h, 'b>,
    limits: &HeadLimits,
) -> Result<RequestHead<'h, 'b>, Fault> {
    if !limits.allow_connect {
        return Err(Fault::MethodRefused);
    }
    let (name, port) = head.target.rsplit_once(':').ok_or(Fault::BadRequest)?;
    let has_port = port.parse::<u16>().is_ok();
    let bodiless = head.framing == Framing::Empty;
    // Many clients leave the port out of Host; any other difference is a second destination.
    let same = ["", name, head.target].iter().any(|host| head.host.eq_ignore_ascii_case(host));
    if !is_authority(head.target) || !has_port || !bodiless || !same {
        return Err(Fault::BadRequest);
    }
    head.host = head.target;
    Ok(head)
}

impl RequestHead<'_, '_> {
    /// Whether the client's `Connection` lists this field.
    pub(crate) fn lists(&self, name: &str) -> bool {
        self.listed && fields::are_listed(self.fields, name)
    }
}

/// Whether protocols are offered, and none that would carry requests past us (HTTP/2).
fn may_upgrade(protocols: &[u8]) -> bool {
    let mut named = fields::members(protocols).peekable();
    named.peek().is_some() && !named.any(|protocol| protocol.eq_ignore_ascii_case(b"h2c"))
}

/// Digits only (RFC 9110, section 8.6): no sign, no list, no white space inside, no overflow.
pub(super) fn content_length(value: &[u8]) -> Result<u64, Fault> {
    if value.is_empty() || value.len() > 19 || !value.iter().all(u8::is_ascii_digit) {
        return Err(Fault::BadRequest);
    }
    let digit = |sum: u64, b: &u8| sum * 10 + u64::from(b - b'0');
    Ok(value.iter().fold(0, digit))
}

fn text(value: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(value).map_err(|_| Fault::BadRequest)
}

/// Bytes of a registered name (RFC 3986, section 3.2.2).
static IN_NAME: [bool; 256] = {
    let marks = b"-._~%!$&'()*+,;=";
    let mut table = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let mut at = 0;
    while at < marks.len() {
        table[marks[at] as usize] = true;
        at += 1;
    }
    table
};

/// Host and optional port, without user information; not empty.
fn is_authority(host: &str) -> bool {
    let (name, port) = match host.rfind(':') {
        Some(colon) if !host[colon..].contains(']') => (&host[..colon], &host[colon + 1..]),
        _ => (host, ""),
    };
    let name_is_fine = match name.strip_prefix('[') {
        Some(address) => address.strip_suffix(']').is_some_and(|address| {
            !address.is_empty()
                && address.bytes().all(|b| b.is_ascii_hexdigit() || b":.".contains(&b))
        }),
        None => !name.is_empty() && name.bytes().all(|b| IN_NAME[usize::from(b)]),
    };
    name_is_fine && port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests;
