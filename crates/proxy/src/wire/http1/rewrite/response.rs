//! A response's head on its way to the client.

use super::caching::{is_for_caches, keep_private};
use super::line::{Run, copy, put};
use crate::wire::http1::body::Framing;
use crate::wire::http1::fields::{self, Field};
use crate::wire::http1::response::ResponseHead;

/// Ends of the response that its client side decides.
pub(crate) struct Toward<'a> {
    /// The client's connection stays open after this response.
    pub(crate) keep_alive: bool,
    /// The client speaks HTTP/1.1.
    pub(crate) is_1_1: bool,
    /// `Set-Cookie` value of a new session binding.
    pub(crate) set_cookie: Option<&'a str>,
}

/// Writes a response's whole head for the client.
pub(crate) fn response(head: &ResponseHead<'_, '_>, toward: &Toward<'_>, out: &mut Vec<u8>) {
    let mut status = *b"HTTP/1.1 000 ";
    for (at, place) in [(9, 100), (10, 10), (11, 1)] {
        status[at] = b'0' + (head.status / place % 10) as u8;
    }
    out.extend_from_slice(&status);
    put(out, &[head.reason, "\r\n"]);
    let private = toward.set_cookie.is_some();
    let mut directives = Vec::new();
    let mut measured = false;
    let mut run = Run::of(head.bytes);
    for (field, kind) in head.fields.iter().zip(head.kinds) {
        match kind {
            Field::EndToEnd if private && is_for_caches(field.name) => {
                if field.name.eq_ignore_ascii_case("cache-control") {
                    directives.push(field.value);
                }
            }
            Field::EndToEnd if head.lists(field.name) && fields::may_be_listed(field.name) => {}
            // RFC 9110, section 8.6: equal lengths are one, and none belongs here at all.
            Field::ContentLength if measured || matches!(head.status, 100..=199 | 204) => {}
            Field::ContentLength => {
                measured = true;
                run.pass(out, field.name, field.value);
            }
            Field::TransferEncoding if head.framing == Framing::Chunked && !toward.is_1_1 => {}
            Field::TransferEncoding if head.framing != Framing::Chunked => {}
            Field::HopByHop | Field::Connection | Field::Upgrade => {}
            Field::Ours if !field.name.eq_ignore_ascii_case("x-real-ip") => {}
            _ => run.pass(out, field.name, field.value),
        }
    }
    run.end(out);
    if let Some(cookie) = toward.set_cookie {
        put(out, &["set-cookie: ", cookie, "\r\n"]);
        keep_private(&directives, out);
    }
    if head.status >= 200 {
        connection(toward, out);
    }
    out.extend_from_slice(b"\r\n");
}

fn connection(toward: &Toward<'_>, out: &mut Vec<u8>) {
    if !toward.keep_alive {
        out.extend_from_slice(b"connection: close\r\n");
    } else if !toward.is_1_1 {
        out.extend_from_slice(b"connection: keep-alive\r\n");
    }
}

/// Writes the answer to a switch of protocols; `set_cookie` as in [`Toward`]. No cache keeps a
/// 101, so nothing is said to caches.
pub(crate) fn switching(head: &ResponseHead<'_, '_>, set_cookie: Option<&str>, out: &mut Vec<u8>) {
    put(out, &["HTTP/1.1 101 ", head.reason, "\r\nconnection: upgrade\r\n"]);
    for (field, kind) in head.fields.iter().zip(head.kinds) {
        match kind {
            Field::EndToEnd if head.lists(field.name) && fields::may_be_listed(field.name) => {}
            Field::EndToEnd | Field::Upgrade => copy(out, field.name, field.value),
            _ => {}
        }
    }
    if let Some(cookie) = set_cookie {
        put(out, &["set-cookie: ", cookie, "\r\n"]);
    }
    out.extend_from_slice(b"\r\n");
}
