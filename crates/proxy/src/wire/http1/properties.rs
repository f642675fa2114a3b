//! What must hold for any bytes at all: one place for random tests, corpus and fuzzer.
//!
//! Every function panics when a property does not hold, and returns nothing otherwise.

use std::net::{IpAddr, Ipv4Addr};

use super::body::{BadBody, Body, Form, Framing, Passage};
use super::fields::{self, Field};
use super::request::{self, FIELDS_MAX, FieldSpace, HeadLimits, RequestHead};
use super::response::{self, Asked, ResponseHead};
use super::rewrite::{self, Forwarding, Toward};

const LIMITS: HeadLimits = HeadLimits { bytes: 8192, fields: 100, allow_connect: true };
/// For heads that were rewritten, which may have grown.
const ROOM: HeadLimits = HeadLimits { bytes: 1 << 20, fields: FIELDS_MAX, allow_connect: true };
const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

/// Lengths at which a head is cut: all of them where that is cheap.
fn cuts(whole: usize) -> impl Iterator<Item = usize> {
    let step = (whole / 256).max(1);
    (0..whole).step_by(step).chain(whole.saturating_sub(4)..=whole)
}

/// A request's head is read alike however it arrives, and leaves with the meaning it had.
pub(crate) fn request_head(bytes: &[u8]) {
    let mut space = FieldSpace::new();
    let whole = request::parse(bytes, &mut space, &LIMITS);
    for cut in cuts(bytes.len()) {
        let mut space = FieldSpace::new();
        match (request::parse(&bytes[..cut], &mut space, &LIMITS), &whole) {
            (Ok(None), Ok(Some(head))) => assert!(cut < head.len, "a whole head is waited for"),
            (Ok(None), Ok(None) | Err(_)) | (Err(_), Err(_)) => {}
            (Ok(Some(early)), Ok(Some(head))) => {
                assert!(cut >= head.len, "a head ends before its end");
                assert_eq!(meaning(&early), meaning(head), "more bytes change the meaning");
            }
            (early, late) => panic!("at {cut} bytes {early:?}, in the end {late:?}"),
        }
    }
    if let Ok(Some(head)) = whole {
        for trusted in [false, true] {
            request_leaves_unchanged(&head, trusted);
        }
    }
}

/// What an endpoint's parser can see of a request; the target in the form in which it is sent.
fn meaning<'b>(head: &RequestHead<'_, 'b>) -> (&'b str, String, &'b str, Framing) {
    let slash = if head.target.starts_with('?') { "/" } else { "" };
    (head.method, format!("{slash}{}", head.target), head.host, head.framing)
}

fn request_leaves_unchanged(head: &RequestHead<'_, '_>, trusted: bool) {
    let to = Forwarding { peer: PEER, trusted, scheme: "https", standard: true, told: None };
    let mut out = Vec::new();
    rewrite::request(head, &to, &mut out);
    out.extend_from_slice(b"\r\n");
    let mut fields = [httparse::EMPTY_HEADER; FIELDS_MAX];
    let mut plain = httparse::Request::new(&mut fields);
    let parsed = plain.parse(&out);
    assert_eq!(parsed, Ok(httparse::Status::Complete(out.len())), "another parser refuses");
    assert_eq!((plain.method, plain.version), (Some(head.method), Some(1)));
    assert_eq!(plain.path, Some(meaning(head).1.as_str()));
    let upgrade = head.upgrade.map(str::as_bytes);
    for field in plain.headers.iter() {
        match fields::classify(field.name) {
            Field::HopByHop | Field::Ours => panic!("{} is passed on", field.name),
            Field::Upgrade => assert_eq!(Some(field.value), upgrade),
            Field::Connection => assert!(field.value == b"upgrade" && upgrade.is_some()),
            Field::Host => assert_eq!(field.value, head.host.as_bytes()),
            Field::ForwardedFor => assert!(field.value.ends_with(b"192.0.2.7")),
            _ => {}
        }
    }
    if head.host.is_empty() {
        // HTTP/1.0 without a host: our own clients would have to name one.
        return;
    }
    let mut space = FieldSpace::new();
    let again = match request::parse(&out, &mut space, &ROOM) {
        Ok(Some(again)) => again,
        other => panic!("we refuse what we sent: {other:?}"),
    };
    assert_eq!(meaning(&again), meaning(head));
    assert_eq!((again.len, again.is_1_1), (out.len(), true));
    assert_eq!((again.upgrade, again.expects_continue), (head.upgrade, head.expects_continue));
    if !trusted {
        let mut twice = Vec::new();
        rewrite::request(&again, &to, &mut twice);
        assert_eq!(twice, out[..out.len() - 2], "a second rewriting changes something");
    }
}

/// A response's head is read alike however it arrives, and leaves with the meaning it had.
pub(crate) fn response_head(bytes: &[u8]) {
    for asked in [
        Asked { head_only: false, upgrade: false, connect: false },
        Asked { head_only: true, upgrade: false, connect: false },
        Asked { head_only: false, upgrade: true, connect: false },
        Asked { head_only: false, upgrade: false, connect: true },
    ] {
        let mut space = FieldSpace::new();
        let whole = response::parse(bytes, &mut space, asked);
        response_cut(bytes, asked, &whole);
        if let Ok(Some(head)) = whole {
            for is_1_1 in [false, true] {
                for set_cookie in [None, Some("ek=1")] {
                    let toward = Toward { keep_alive: is_1_1, is_1_1, set_cookie };
                    response_leaves_unchanged(&head, asked, &toward);
                }
            }
        }
    }
}

type Parsed<'h, 'b> = Result<Option<ResponseHead<'h, 'b>>, response::BadResponse>;

fn response_cut(bytes: &[u8], asked: Asked, whole: &Parsed<'_, '_>) {
    for cut in cuts(bytes.len()) {
        let mut space = FieldSpace::new();
        match (response::parse(&bytes[..cut], &mut space, asked), whole) {
            (Ok(None), Ok(Some(head))) => assert!(cut < head.len, "a whole head is waited for"),
            (Ok(None), Ok(None) | Err(_)) | (Err(_), Err(_)) => {}
            (Ok(Some(early)), Ok(Some(head))) => {
                assert!(cut >= head.len, "a head ends before its end");
                assert_eq!((early.status, early.framing), (head.status, head.framing));
            }
            (early, late) => panic!("at {cut} bytes {early:?}, in the end {late:?}"),
        }
    }
}

fn response_leaves_unchanged(head: &ResponseHead<'_, '_>, asked: Asked, toward: &Toward<'_>) {
    let mut out = Vec::new();
    if head.status == 101 {
        rewrite::switching(head, toward.set_cookie, &mut out);
    } else {
        rewrite::response(head, toward, &mut out);
    }
    let mut space = FieldSpace::new();
    let again = match response::parse(&out, &mut space, asked) {
        Ok(Some(again)) => again,
        // Few fields more than were allowed may have been added.
        Err(_) if head.fields.len() + 3 > FIELDS_MAX || out.len() > response::HEAD_MAX => return,
        other => panic!("we refuse what we sent: {other:?}"),
    };
    assert_eq!((again.len, again.status, again.reason), (out.len(), head.status, head.reason));
    let unchunked = head.framing == Framing::Chunked && !toward.is_1_1;
    let framing = if unchunked { Framing::UntilClose } else { head.framing };
    assert_eq!(again.framing, framing);
    if head.status < 200 {
        return;
    }
    assert_eq!(again.keep_alive, toward.keep_alive);
    let lengths = again.fields.iter().filter(|f| fields::classify(f.name) == Field::ContentLength);
    assert!(lengths.count() <= 1, "one length");
    if toward.set_cookie.is_some() {
        stays_private(&again);
    }
    let mut twice = Vec::new();
    rewrite::response(&again, &Toward { set_cookie: None, ..*toward }, &mut twice);
    assert_eq!(twice, out, "a second rewriting changes something");
}

/// No cache that several users share may keep it.
fn stays_private(head: &ResponseHead<'_, '_>) {
    let named = |name: &'static str| {
        head.fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(name))
    };
    assert_eq!(named("cache-control").count(), 1);
    assert_eq!(named("cdn-cache-control").count(), 0);
    for field in named("cache-control") {
        let unquoted = without_quoted(field.value);
        let directives: Vec<&[u8]> = fields::members(&unquoted).collect();
        assert_eq!(directives.first(), Some(&&b"private"[..]));
        let shared =
            |d: &&&[u8]| d.to_ascii_lowercase().starts_with(b"s-maxage=") || **d == b"public";
        assert_eq!(directives.iter().find(shared), None);
    }
}

/// What is left without quoted strings (RFC 9110, section 5.6.4).
fn without_quoted(value: &[u8]) -> Vec<u8> {
    let (mut quoted, mut escaped) = (false, false);
    let outside = |&byte: &u8| {
        let was_quoted = quoted;
        quoted ^= byte == b'"' && !escaped;
        escaped = quoted && byte == b'\\' && !escaped;
        !was_quoted && !quoted
    };
    value.iter().copied().filter(outside).collect()
}

/// What a body's bytes came to.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    sent: Vec<u8>,
    left: Vec<u8>,
    passed: u64,
    whole: bool,
}

/// A body is read alike in whatever pieces it arrives, and what is sent on reads like it.
///
/// The first two bytes choose the framing and the pieces.
pub(crate) fn body(bytes: &[u8]) {
    let [framing, pieces, content @ ..] = bytes else { return };
    let framing = match framing % 8 {
        0 => Framing::Empty,
        1 => Framing::UntilClose,
        2 => Framing::Length(u64::from(framing / 8)),
        3 => Framing::Length(u64::MAX),
        _ => Framing::Chunked,
    };
    for form in [Form::Chunks, Form::Bare] {
        let at_once = feed(framing, form, content, 0);
        assert_eq!(feed(framing, form, content, *pieces), at_once, "in pieces");
        assert_eq!(feed(framing, form, content, 1), at_once, "byte by byte");
        if let Ok(outcome) = at_once {
            body_reads_like_it_was(framing, form, content, &outcome);
        }
    }
}

fn body_reads_like_it_was(framing: Framing, form: Form, content: &[u8], outcome: &Outcome) {
    assert!(content.ends_with(&outcome.left), "what is left is the end of what came");
    if framing != Framing::Chunked {
        assert_eq!(outcome.sent.len() + outcome.left.len(), content.len());
        assert_eq!(outcome.sent.len() as u64, outcome.passed);
        return;
    }
    if form == Form::Bare {
        assert_eq!(outcome.sent.len() as u64, outcome.passed);
        return;
    }
    let again = feed(framing, form, &outcome.sent, 0);
    let passes = again.as_ref().is_ok_and(|again| {
        again.sent == outcome.sent && again.passed == outcome.passed && again.left.is_empty()
    });
    // Held trailers are not sent before the body is whole.
    assert!(passes && again.is_ok_and(|again| again.whole == outcome.whole), "what we sent");
}

/// Feeds `content` in pieces whose sizes follow from `pieces`; 0: at once.
fn feed(framing: Framing, form: Form, content: &[u8], pieces: u8) -> Result<Outcome, BadBody> {
    let mut body = Body::new(framing, form);
    // Not empty: what is rewritten goes behind what is there.
    let mut sent = b"before".to_vec();
    let mut at = 0;
    let mut size = usize::from(pieces);
    while at < content.len() {
        size = if pieces > 1 { size * 5 % 13 + 1 } else { size };
        let end = if pieces == 0 { content.len() } else { content.len().min(at + size) };
        let taken = match body.take(&content[at..end], &mut sent)? {
            Passage::AsIs(taken) => {
                sent.extend_from_slice(&content[at..at + taken]);
                taken
            }
            Passage::Rewritten(taken) => taken,
        };
        at += taken;
        assert!(at == end || body.is_done(), "all is taken unless the body ends");
        if body.is_done() {
            break;
        }
    }
    assert!(sent.starts_with(b"before"));
    let sent = sent.split_off(b"before".len());
    Ok(Outcome { sent, left: content[at..].to_vec(), passed: body.passed, whole: body.is_done() })
}

#[cfg(test)]
mod tests;
