//! Lines that the Linux kernel writes for `LOG` of iptables and `log` of nftables.
//!
//! Both write the same line: a prefix of the administrator's choice, then `IN=eth0 OUT= MAC=…
//! SRC=… DST=… LEN=… PROTO=TCP SPT=… DPT=… SYN URGP=0`. What was done with the packet stands
//! nowhere but in the prefix.

use std::net::IpAddr;

use evenness::{Ruling, Sighting};
use memchr::{memchr, memmem};

use super::clock::Clock;
use super::line::{Entry, Line};
use super::ufw;
use super::words::Words;

/// An interface's name has at most 15 bytes.
const INTERFACE_MAX: usize = 15;

/// Reads a line of a kernel's log.
pub(crate) fn read(line: &[u8], clock: &mut Clock, words: &mut Words) -> Line {
    let Some((at_s, text)) = clock.read(line) else { return Line::Unknown };
    let Some(packet) = Packet::find(text) else { return other(at_s, text) };
    let prefix = prefix(packet.before, is_bare(line, text));
    let verdict = ufw::verdict(prefix).unwrap_or_else(|| words.verdict(prefix));
    packet.read(at_s, verdict)
}

/// Reads a line of ufw's log: what has no tag of ufw is somebody else's.
pub(crate) fn read_ufw(line: &[u8], clock: &mut Clock) -> Line {
    let Some((at_s, text)) = clock.read(line) else { return Line::Unknown };
    let Some(packet) = Packet::find(text) else { return other(at_s, text) };
    match ufw::verdict(prefix(packet.before, is_bare(line, text))) {
        Some(verdict) => packet.read(at_s, verdict),
        None => Line::Foreign(at_s),
    }
}

/// Whether nothing but an uptime stood before the text.
fn is_bare(line: &[u8], text: &[u8]) -> bool {
    line[..line.len() - text.len()].ends_with(b"]")
}

/// What the kernel says of one packet.
struct Packet<'l> {
    before: &'l [u8],
    interface: &'l [u8],
    fields: &'l [u8],
}

impl<'l> Packet<'l> {
    fn find(text: &'l [u8]) -> Option<Packet<'l>> {
        let end = memmem::find(text, b" OUT=")?;
        let near = end.saturating_sub(INTERFACE_MAX + 3);
        // A prefix may end in no space: the last `IN=` before is the kernel's.
        let start = near + memmem::rfind(&text[near..end], b"IN=")?;
        let interface = &text[start + 3..end];
        Some(Packet { before: &text[..start], interface, fields: &text[end + 1..] })
    }

    fn read(&self, at_s: u64, verdict: Ruling) -> Line {
        if self.interface.is_empty() {
            // On its way out: nothing that somebody sent to us.
            return Line::Alive(at_s);
        }
        let mut said = Said::default();
        let mut rest = self.fields;
        while !rest.is_empty() {
            let end = memchr(b' ', rest).unwrap_or(rest.len());
            let (word, tail) = rest.split_at(end);
            rest = tail.get(1..).unwrap_or_default();
            match word {
                // What an ICMP error quotes is another packet.
                [b'[', ..] => break,
                [b'S', b'R', b'C', b'=', value @ ..] => {
                    said.source = said.source.or(address(value))
                }
                [b'L', b'E', b'N', b'=', value @ ..] => said.length = said.length.or(number(value)),
                [b'D', b'P', b'T', b'=', value @ ..] => said.port = said.port.or(number(value)),
                b"SYN" => said.syn = true,
                b"ACK" => said.ack = true,
                _ => {}
            }
        }
        let Some(source) = said.source else { return Line::Unknown };
        let bytes = u64::from(said.length.unwrap_or(0));
        let syn = said.syn && !said.ack;
        let seen = Sighting { verdict, source, packets: 1, bytes, syn };
        let port = said.port.and_then(|port| u16::try_from(port).ok());
        Line::Entry(Entry { at_s, seen, port })
    }
}

#[derive(Default)]
struct Said {
    source: Option<IpAddr>,
    length: Option<u32>,
    port: Option<u32>,
    syn: bool,
    ack: bool,
}

/// The administrator's words: behind host, program and uptime. `dmesg` has no host.
fn prefix(before: &[u8], bare: bool) -> &[u8] {
    // In RFC 5424 three dashes stand where the colon would be.
    const DASHES: &[u8] = b" - - - ";
    let (colon, dashes) = (memmem::find(before, b": "), memmem::find(before, DASHES));
    let text = match (colon, dashes) {
        _ if bare => before,
        (Some(colon), Some(at)) if colon < at => &before[colon + 2..],
        (_, Some(at)) => &before[at + DASHES.len()..],
        (Some(colon), None) => &before[colon + 2..],
        (None, None) => before,
    };
    let text = text.trim_ascii_start();
    match uptime_end(text) {
        Some(end) => text[end..].trim_ascii_start(),
        None => text,
    }
}

fn uptime_end(text: &[u8]) -> Option<usize> {
    let inside = text.strip_prefix(b"[")?;
    let end = memchr(b']', inside)?;
    let plain = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b' ' | b'.');
    inside[..end].iter().all(plain).then_some(end + 2)
}

/// A line that tells of no packet: perhaps it tells how many are not told of.
fn other(at_s: u64, text: &[u8]) -> Line {
    let before = |what: &[u8]| {
        let end = memmem::find(text, what)?;
        let digits = text[..end].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        number(&text[end - digits..end])
    };
    // The kernel's own limit, journald's, and rsyslog's.
    let lines = before(b" callbacks suppressed").or_else(|| before(b" messages lost"));
    let lines = lines.or_else(|| {
        let at = memmem::find(text, b"Suppressed ")? + b"Suppressed ".len();
        let digits = text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let _ = memmem::find(&text[at..], b" messages from")?;
        number(&text[at..at + digits])
    });
    lines.map_or(Line::Foreign(at_s), |lines| Line::Suppressed(at_s, u64::from(lines)))
}

pub(super) fn address(text: &[u8]) -> Option<IpAddr> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn number(text: &[u8]) -> Option<u32> {
    let digits = |sum: Option<u32>, byte: &u8| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        sum?.checked_mul(10)?.checked_add(digit)
    };
    if text.is_empty() { None } else { text.iter().fold(Some(0), digits) }
}

#[cfg(test)]
mod tests;
