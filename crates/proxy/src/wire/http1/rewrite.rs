//! Writes the heads that leave: one pass over the fields, into one reused buffer.

use std::io::Write;
use std::net::IpAddr;

use super::body::Framing;
use super::fields::{self, Field};
use super::request::RequestHead;
use super::response::ResponseHead;
use crate::fault::Fault;

/// What the endpoint is told of the client.
pub(crate) struct Forwarding<'a> {
    /// Address of the peer that connected.
    pub(crate) peer: IpAddr,
    /// The peer is a trusted proxy: what it says of its client is passed on.
    pub(crate) trusted: bool,
    /// `http` or `https`.
    pub(crate) scheme: &'a str,
    /// Also send `Forwarded` (RFC 7239).
    pub(crate) standard: bool,
}

/// Writes a request's head for an endpoint, all but the empty line that ends it.
pub(crate) fn request(head: &RequestHead<'_, '_>, to: &Forwarding<'_>, out: &mut Vec<u8>) {
    let target = if head.target.is_empty() || head.target.starts_with('?') { "/" } else { "" };
    put(out, &[head.method, " ", target, head.target, " HTTP/1.1\r\nhost: ", head.host, "\r\n"]);
    let mut said = Said::default();
    for field in head.fields {
        match fields::classify(field.name) {
            Field::EndToEnd | Field::Cookie if !head.lists(field.name) => {
                copy(out, field.name, field.value);
            }
            Field::EndToEnd | Field::Cookie if !fields::may_be_listed(field.name) => {
                copy(out, field.name, field.value);
            }
            Field::ContentLength => copy(out, field.name, field.value),
            // In the one spelling that a server which compares bytes understands as well.
            Field::TransferEncoding => put(out, &["transfer-encoding: chunked\r\n"]),
            Field::Expect if head.expects_continue => copy(out, field.name, field.value),
            Field::ForwardedFor if to.trusted => said.append_for(field.value),
            Field::Forwarded if to.trusted => said.append_standard(field.value),
            Field::ForwardedProto if to.trusted => {
                said.proto = true;
                copy(out, field.name, field.value);
            }
            Field::ForwardedOther if to.trusted => copy(out, field.name, field.value),
            Field::ForwardedHost if to.trusted => {
                said.host = true;
                copy(out, field.name, field.value);
            }
            _ => {}
        }
    }
    if let Some(protocol) = head.upgrade {
        put(out, &["connection: upgrade\r\nupgrade: ", protocol, "\r\n"]);
    }
    forwarding(head, to, &said, out);
}

/// What trusted proxies before us have said.
#[derive(Default)]
struct Said {
    chain: Vec<u8>,
    standard: Vec<u8>,
    proto: bool,
    host: bool,
}

impl Said {
    fn append_for(&mut self, value: &[u8]) {
        self.chain.extend_from_slice(value);
        self.chain.extend_from_slice(b", ");
    }

    fn append_standard(&mut self, value: &[u8]) {
        self.standard.extend_from_slice(value);
        self.standard.extend_from_slice(b", ");
    }
}

fn forwarding(head: &RequestHead<'_, '_>, to: &Forwarding<'_>, said: &Said, out: &mut Vec<u8>) {
    out.extend_from_slice(b"x-forwarded-for: ");
    out.extend_from_slice(&said.chain);
    address(out, to.peer);
    out.extend_from_slice(b"\r\n");
    if !said.proto {
        put(out, &["x-forwarded-proto: ", to.scheme, "\r\n"]);
    }
    if !said.host {
        put(out, &["x-forwarded-host: ", head.host, "\r\n"]);
    }
    if to.standard {
        out.extend_from_slice(b"forwarded: ");
        out.extend_from_slice(&said.standard);
        let (open, close) = if to.peer.is_ipv6() { ("\"[", "]\"") } else { ("", "") };
        put(out, &["for=", open]);
        address(out, to.peer);
        put(out, &[close, ";proto=", to.scheme, ";host=\"", head.host, "\"\r\n"]);
    }
}

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
    for field in head.fields {
        match fields::classify(field.name) {
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
                copy(out, field.name, field.value);
            }
            Field::TransferEncoding if head.framing == Framing::Chunked && !toward.is_1_1 => {}
            Field::TransferEncoding if head.framing != Framing::Chunked => {}
            Field::HopByHop | Field::Connection | Field::Upgrade => {}
            Field::Ours if !field.name.eq_ignore_ascii_case("x-real-ip") => {}
            _ => copy(out, field.name, field.value),
        }
    }
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

/// An IPv4 address; every request carries one, and the formatter is slow.
fn dotted(out: &mut Vec<u8>, octets: [u8; 4]) {
    for (at, octet) in octets.into_iter().enumerate() {
        if at > 0 {
            out.push(b'.');
        }
        if octet >= 100 {
            out.push(b'0' + octet / 100);
        }
        if octet >= 10 {
            out.push(b'0' + octet / 10 % 10);
        }
        out.push(b'0' + octet % 10);
    }
}

/// Fields by which a shared cache decides; the targeted ones (RFC 9213) override
/// `Cache-Control` and are taken out together with it.
fn is_for_caches(name: &str) -> bool {
    const NAMES: [&str; 5] = [
        "cache-control",
        "cdn-cache-control",
        "surrogate-control",
        "cloudflare-cdn-cache-control",
        "x-accel-expires",
    ];
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// A response that sets a session cookie must never be handed to another user: what allows
/// shared caches to keep it goes, `private` comes (RFC 9111, section 5.2.2.7).
fn keep_private(directives: &[&[u8]], out: &mut Vec<u8>) {
    out.extend_from_slice(b"cache-control: private");
    for directive in directives.iter().flat_map(|value| fields::members(value)) {
        let name = directive.split(|&b| b == b'=').next().unwrap_or(directive).trim_ascii();
        let shared = [&b"public"[..], b"private", b"s-maxage", b"proxy-revalidate"];
        if !shared.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            out.extend_from_slice(b", ");
            out.extend_from_slice(directive);
        }
    }
    out.extend_from_slice(b"\r\n");
}

/// Writes the answer to a switch of protocols.
pub(crate) fn switching(head: &ResponseHead<'_, '_>, out: &mut Vec<u8>) {
    put(out, &["HTTP/1.1 101 ", head.reason, "\r\nconnection: upgrade\r\n"]);
    for field in head.fields {
        match fields::classify(field.name) {
            Field::EndToEnd | Field::Upgrade => copy(out, field.name, field.value),
            _ => {}
        }
    }
    out.extend_from_slice(b"\r\n");
}

/// Writes a whole answer made by the balancer.
pub(crate) fn fault(fault: Fault, head_only: bool, keep_alive: bool, out: &mut Vec<u8>) {
    let (status, phrase) = fault.status();
    let body = format!("{status} {phrase}: {}\n", fault.name());
    let connection = if keep_alive { "" } else { "connection: close\r\n" };
    let retry = if status == 503 { "retry-after: 1\r\n" } else { "" };
    let allow =
        if status == 405 { "allow: GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH\r\n" } else { "" };
    // Writing into a Vec cannot fail.
    let _ = write!(
        out,
        "HTTP/1.1 {status} {phrase}\r\ncontent-type: text/plain\r\ncache-control: no-store\r\n\
         content-length: {}\r\nx-evenkeel-error: {}\r\n{retry}{allow}{connection}\r\n",
        body.len(),
        fault.name()
    );
    if !head_only {
        out.extend_from_slice(body.as_bytes());
    }
}

fn put(out: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}

fn copy(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.reserve(name.len() + value.len() + 4);
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

fn address(out: &mut Vec<u8>, address: IpAddr) {
    if let IpAddr::V4(v4) = address {
        return dotted(out, v4.octets());
    }
    // Writing into a Vec cannot fail.
    let _ = write!(out, "{address}");
}

#[cfg(test)]
mod tests;
