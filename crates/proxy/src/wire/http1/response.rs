//! Reads a response's head, as strictly as a request's: an endpoint is not trusted with framing.

use httparse::{Header, Status};

use super::body::Framing;
use super::fields::{self, Field};
use super::request::{FieldSpace, content_length, has_bare_line_feed};

/// Longest head of a response.
pub(crate) const HEAD_MAX: usize = 64 * 1024;

/// A response's head, borrowed from the bytes it was read from.
#[derive(Debug)]
pub(crate) struct ResponseHead<'h, 'b> {
    pub(crate) status: u16,
    pub(crate) reason: &'b str,
    pub(crate) fields: &'h [Header<'b>],
    /// What each of them is.
    pub(crate) kinds: &'h [Field],
    /// The whole head, as it was received.
    pub(crate) bytes: &'b [u8],
    pub(crate) framing: Framing,
    /// The endpoint goes on using the connection, as far as it says.
    pub(crate) keep_alive: bool,
    /// Fields that `Connection` lists.
    listed: bool,
    /// Length of the head in bytes.
    pub(crate) len: usize,
}

/// The head is not HTTP/1 as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadResponse;

/// What the request was, as far as its response depends on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) head_only: bool,
    pub(crate) upgrade: bool,
    pub(crate) connect: bool,
}

/// Parses the head at the start of `bytes`; `None`: more bytes are needed.
pub(crate) fn parse<'h, 'b>(
    bytes: &'b [u8],
    space: &'h mut FieldSpace<'b>,
    asked: Asked,
) -> Result<Option<ResponseHead<'h, 'b>>, BadResponse> {
    let FieldSpace { fields, kinds } = space;
    let mut response = httparse::Response::new(&mut []);
    let parsed = httparse::ParserConfig::default().parse_response_with_uninit_headers(
        &mut response,
        bytes,
        &mut fields[..],
    );
    let len = match parsed {
        Ok(Status::Complete(len)) if len <= HEAD_MAX => len,
        Ok(Status::Partial) if bytes.len() < HEAD_MAX => return Ok(None),
        _ => return Err(BadResponse),
    };
    if has_bare_line_feed(&bytes[..len]) {
        return Err(BadResponse);
    }
    let (Some(version), Some(status)) = (response.version, response.code) else {
        return Err(BadResponse);
    };
    let head = ResponseHead {
        status,
        reason: response.reason.unwrap_or(""),
        fields: response.headers,
        kinds: kinds.fill(response.headers),
        bytes: &bytes[..len],
        framing: Framing::UntilClose,
        keep_alive: version == 1,
        listed: false,
        len,
    };
    understand(head, version == 1, asked).map(Some)
}

fn understand<'h, 'b>(
    mut head: ResponseHead<'h, 'b>,
    is_1_1: bool,
    asked: Asked,
) -> Result<ResponseHead<'h, 'b>, BadResponse> {
    if !(100..=599).contains(&head.status) || (head.status == 101 && !asked.upgrade) {
        return Err(BadResponse);
    }
    let (mut length, mut chunked, mut closes) = (None, false, false);
    for (field, kind) in head.fields.iter().zip(head.kinds) {
        match kind {
            Field::ContentLength => {
                let said = content_length(field.value).map_err(|_| BadResponse)?;
                if length.replace(said).is_some_and(|before| before != said) {
                    return Err(BadResponse);
                }
            }
            Field::TransferEncoding => {
                if chunked || !is_1_1 || !field.value.eq_ignore_ascii_case(b"chunked") {
                    return Err(BadResponse);
                }
                chunked = true;
            }
            Field::Connection => {
                for member in fields::members(field.value) {
                    if member.eq_ignore_ascii_case(b"close") {
                        closes = true;
                    } else if member.eq_ignore_ascii_case(b"keep-alive") {
                        head.keep_alive = true;
                    } else {
                        head.listed = true;
                    }
                }
            }
            _ if field.name.is_empty() => return Err(BadResponse),
            _ => {}
        }
    }
    // An endpoint that announces a body where none may be (RFC 9112, section 6.3) may send it
    // later, and it would be read as the next response. A 304 may well tell the length that a
    // 200 would have (RFC 9110, section 8.6), but never has chunks.
    let announced = match head.status {
        100..=199 | 204 => chunked || length.is_some_and(|length| length > 0),
        304 => chunked,
        _ => false,
    };
    head.keep_alive &= !closes && !announced;
    if chunked && length.is_some() {
        return Err(BadResponse);
    }
    let bodiless = asked.head_only || matches!(head.status, 100..=199 | 204 | 304);
    head.framing = match (bodiless, chunked, length) {
        _ if asked.connect && (200..300).contains(&head.status) => Framing::Empty,
        (true, ..) => Framing::Empty,
        (false, true, _) => Framing::Chunked,
        (false, false, Some(length)) => Framing::Length(length),
        (false, false, None) => Framing::UntilClose,
    };
    Ok(head)
}

impl ResponseHead<'_, '_> {
    /// Whether the endpoint's `Connection` lists this field.
    pub(crate) fn lists(&self, name: &str) -> bool {
        self.listed && fields::are_listed(self.fields, name)
    }
}

#[cfg(test)]
mod tests;
