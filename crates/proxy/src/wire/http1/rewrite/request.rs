//! A request on its way to an endpoint: cleaned, with what the endpoint is told of the client.

use std::io::Write;
use std::net::IpAddr;

use super::line::{Run, put};
use crate::exchange::{Told, is_well_formed_forwarded};
use crate::wire::http1::fields::{self, Field};
use crate::wire::http1::request::RequestHead;

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
    /// What trusted proxies tell by `Forwarded` alone; then it is passed on as well.
    pub(crate) told: Option<&'a Told>,
}

/// Writes a request's head for an endpoint, all but the empty line that ends it.
pub(crate) fn request(head: &RequestHead<'_, '_>, to: &Forwarding<'_>, out: &mut Vec<u8>) {
    let target = if head.target.is_empty() || head.target.starts_with('?') { "/" } else { "" };
    put(out, &[head.method, " ", target, head.target, " HTTP/1.1\r\nhost: ", head.host, "\r\n"]);
    let mut said = Said::default();
    let mut run = Run::of(head.bytes);
    for (field, kind) in head.fields.iter().zip(head.kinds) {
        match kind {
            Field::EndToEnd | Field::Cookie if !head.lists(field.name) => {
                run.pass(out, field.name, field.value);
            }
            Field::EndToEnd | Field::Cookie if !fields::may_be_listed(field.name) => {
                run.pass(out, field.name, field.value);
            }
            Field::ContentLength => run.pass(out, field.name, field.value),
            // In the one spelling that a server which compares bytes understands as well.
            Field::TransferEncoding => {
                run.end(out);
                put(out, &["transfer-encoding: chunked\r\n"]);
            }
            Field::Expect if head.expects_continue => run.pass(out, field.name, field.value),
            Field::ForwardedFor if to.trusted => said.append_for(field.value),
            // An open quote would swallow what we add.
            Field::Forwarded if to.trusted && is_well_formed_forwarded(field.value) => {
                said.append_standard(field.value);
            }
            Field::ForwardedProto if to.trusted => {
                said.proto = true;
                run.pass(out, field.name, field.value);
            }
            Field::ForwardedOther if to.trusted => run.pass(out, field.name, field.value),
            Field::ForwardedHost if to.trusted => {
                said.host = true;
                run.pass(out, field.name, field.value);
            }
            _ => {}
        }
    }
    run.end(out);
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
    for &hop in to.told.iter().flat_map(|told| &told.chain) {
        address(out, hop);
        out.extend_from_slice(b", ");
    }
    address(out, to.peer);
    out.extend_from_slice(b"\r\n");
    if !said.proto {
        let scheme = to.told.and_then(|told| told.scheme).unwrap_or(to.scheme);
        put(out, &["x-forwarded-proto: ", scheme, "\r\n"]);
    }
    if !said.host {
        let host = to.told.and_then(|told| told.host.as_deref()).unwrap_or(head.host);
        put(out, &["x-forwarded-host: ", host, "\r\n"]);
    }
    if to.standard || to.told.is_some() {
        out.extend_from_slice(b"forwarded: ");
        out.extend_from_slice(&said.standard);
        let (open, close) = if to.peer.is_ipv6() { ("\"[", "]\"") } else { ("", "") };
        put(out, &["for=", open]);
        address(out, to.peer);
        put(out, &[close, ";proto=", to.scheme, ";host=\"", head.host, "\"\r\n"]);
    }
}

fn address(out: &mut Vec<u8>, address: IpAddr) {
    if let IpAddr::V4(v4) = address {
        return dotted(out, v4.octets());
    }
    // Writing into a Vec cannot fail.
    let _ = write!(out, "{address}");
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
