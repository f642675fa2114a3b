//! Which of several values of a header is meant: `hdr(name,2)`, `hdr_ip(name,-1)`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// HAProxy counts no further from the end.
const HISTORY: i64 = 10;

/// One of a header's values, from 1, or below 0 from the end; without it, all of them, of which
/// the last one counts where one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Occurrence(Option<i64>);

impl Occurrence {
    /// The name and the occurrence of `name` or `name,number`; `None` where HAProxy refuses it.
    pub(crate) fn parse(arguments: &str) -> Option<(&str, Occurrence)> {
        let (name, number) = match arguments.split_once(',') {
            Some((name, number)) => (name.trim(), number.trim().parse::<i64>().ok()?),
            None => (arguments.trim(), 0),
        };
        let is_one = !name.is_empty() && number >= -HISTORY;
        is_one.then_some((name, Occurrence((number != 0).then_some(number))))
    }

    /// Those of all values that are meant.
    pub(crate) fn among<T>(self, mut values: Vec<T>) -> Vec<T> {
        let Some(number) = self.0 else { return values };
        let steps = usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX);
        let from_end = number < 0;
        let at = if from_end { values.len().checked_sub(steps) } else { steps.checked_sub(1) };
        match at.filter(|at| *at < values.len()) {
            Some(at) => vec![values.swap_remove(at)],
            None => Vec::new(),
        }
    }
}

/// An address as `hdr_ip` reads it: that of version 4 may have a port behind it. Later versions
/// also take version 6 in brackets.
pub(crate) fn address(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?;
    let host = match text.split_once(':') {
        Some((host, port)) => port.parse::<u16>().ok().map(|_| host),
        None => Some(text),
    };
    let v6 = || text.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    host.and_then(v4).map(IpAddr::V4).or_else(v6)
}

/// Zeros before a number are nothing.
fn v4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0_u8; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let digits = parts.next().filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()))?;
        *octet = digits.parse().ok()?;
    }
    parts.next().is_none().then_some(Ipv4Addr::from(octets))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_from_both_ends() {
        let check = |arguments: &str, expected: &[u8]| {
            let (name, occurrence) = Occurrence::parse(arguments).expect("an occurrence");
            assert_eq!((name, occurrence.among(vec![1, 2, 3]).as_slice()), ("x", expected));
        };
        check("x", &[1, 2, 3]);
        check("x,0", &[1, 2, 3]);
        check("x, 1", &[1]);
        check("x,4", &[]);
        check("x,-3", &[1]);
        check("x,-4", &[]);
        for bad in ["", ",1", "x,", "x,y", "x,-11", "x,9999999999999999999"] {
            assert_eq!(Occurrence::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn addresses_are_read_as_haproxy_reads_them() {
        let check = |text: &str, expected: &str| {
            let told = address(text.as_bytes()).map_or(String::new(), |it| it.to_string());
            assert_eq!(told, expected, "{text}");
        };
        check("192.0.2.1", "192.0.2.1");
        check("192.0.2.1:443", "192.0.2.1");
        check("010.1.1.1", "10.1.1.1");
        check("2001:db8::1", "2001:db8::1");
        for none in [
            "192.0.2.1:",
            "192.0.2.1:65536",
            "[::1]",
            "[::1]:443",
            "1.2.3",
            "1..3.4",
            "256.1.1.1",
            "x",
            "",
        ] {
            check(none, "");
        }
    }
}
