//! Addresses of servers, listeners and peers.

use std::fmt;

use super::args::Args;
use super::values;
use crate::haproxy::syntax::{Doubt, Text, Word, fill_address};

/// Where something listens or is to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// What stands before an `@`, such as `ipv6`, `unix`, `fd` or `quic4`.
    pub family: Option<Text>,
    /// An address, a name, or a path; empty where every address is meant.
    pub host: Text,
    /// Its port.
    pub port: Port,
}

/// A port of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// None is given: a server is reached at the client's port, a socket has none.
    None,
    /// One port, or the first to the last of several.
    Range(u16, u16),
    /// So much more, or less, than the client's port.
    Offset(i32),
}

impl Address {
    /// Whether it is a socket in the file system, or an abstract one.
    pub fn is_unix(&self) -> bool {
        matches!(self.family.as_deref(), Some("unix" | "uxst" | "uxdg" | "abns" | "abnsz"))
            || (self.family.is_none() && self.host.starts_with('/'))
    }

    /// Whether it is of a kind that has no port.
    pub(super) fn is_without_port(&self) -> bool {
        let is_handed_over = matches!(
            self.family.as_deref(),
            Some("fd" | "sockpair" | "rev" | "rhttp" | "udp+fd" | "quic+fd")
        );
        self.is_unix() || is_handed_over
    }

    /// Reads an address; variables in it count outside quotes too.
    pub(super) fn read(word: &Word, text: &str, args: &mut Args<'_, '_, '_>) -> Option<Address> {
        let filled = fill_address(&Text::from(text), args.environment);
        let (family, rest) = match filled.split_once('@') {
            Some((family, rest)) if is_family(family) => (Some(Text::from(family)), rest),
            _ => (None, filled.as_ref()),
        };
        let address = Address { family, host: rest.into(), port: Port::None };
        if address.is_without_port() || rest.is_empty() {
            return Some(address);
        }
        let (host, port) = split(rest);
        let port = match port {
            Some(port) => read_port(word, port, args)?,
            None => Port::None,
        };
        Some(Address { host: host.into(), port, ..address })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(family) = &self.family {
            write!(f, "{family}@")?;
        }
        let is_bare_v6 = self.host.contains(':') && !self.is_unix();
        match is_bare_v6 {
            true => write!(f, "[{}]", self.host)?,
            false => f.write_str(&self.host)?,
        }
        match self.port {
            Port::None => Ok(()),
            Port::Range(first, last) if first == last => write!(f, ":{first}"),
            Port::Range(first, last) => write!(f, ":{first}-{last}"),
            Port::Offset(offset) => write!(f, ":{offset:+}"),
        }
    }
}

fn is_family(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+')
}

/// The port stands behind the last colon; an address of IPv6 in brackets may have none.
fn split(text: &str) -> (&str, Option<&str>) {
    if let Some((host, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (host, rest.strip_prefix(':'));
    }
    match text.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    }
}

fn read_port(word: &Word, text: &str, args: &mut Args<'_, '_, '_>) -> Option<Port> {
    if text.is_empty() {
        return Some(Port::None);
    }
    if text.contains('$') {
        let what = format!("the port `{text}` has a variable that is not filled in");
        args.remarks.tell(word.span, Doubt::UnsetVariable, what);
        return Some(Port::None);
    }
    let read = match text.split_once('-') {
        Some((first, last)) if !first.is_empty() => number(word, first, args)
            .zip(number(word, last, args))
            .map(|(first, last)| Port::Range(first, last)),
        _ if text.starts_with(['+', '-']) => offset(text),
        _ => number(word, text, args).map(|port| Port::Range(port, port)),
    };
    if read.is_none() {
        let what = format!("`{text}` is no port");
        args.fail(word, what, "a number from 0 to 65535, a range, or an offset with a sign");
    }
    read
}

fn offset(text: &str) -> Option<Port> {
    let offset = values::integer(text);
    let is_port = offset.is_clean && offset.value.abs() <= 65_535;
    is_port.then(|| Port::Offset(i32::try_from(offset.value).unwrap_or(0)))
}

/// A port. HAProxy looks at the digits in front alone, but at one at least.
fn number(word: &Word, text: &str, args: &mut Args<'_, '_, '_>) -> Option<u16> {
    let port = values::integer(text);
    if !port.is_clean && text.starts_with(|first: char| first.is_ascii_digit()) {
        let what = format!("HAProxy reads the port `{text}` as {}", port.value);
        args.remarks.tell(word.span, Doubt::Misread, what);
    } else if !port.is_clean {
        return None;
    }
    u16::try_from(port.value).ok()
}
