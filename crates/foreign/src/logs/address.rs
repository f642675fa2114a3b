//! Clients' addresses, with and without a port.

use std::net::{IpAddr, Ipv4Addr};

use super::number;

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`. `None` of names and of paths.
pub(super) fn address(text: &[u8]) -> Option<IpAddr> {
    if let Some((address, rest)) = v4(text) {
        let port = rest.is_empty() || rest.strip_prefix(b":").is_some_and(is_port);
        return port.then_some(IpAddr::V4(address));
    }
    match text.strip_prefix(b"[") {
        Some(inside) => v6(inside.get(..memchr::memchr(b']', inside)?)?),
        None => v6(text),
    }
}

/// As [`address`] does, where a port always follows: HAProxy writes none of the brackets.
pub(super) fn with_port(text: &[u8]) -> Option<IpAddr> {
    let (before, port) = text.split_at_checked(memchr::memrchr(b':', text)?)?;
    port.get(1..).filter(|port| is_port(port)).and_then(|_| address(before))
}

fn is_port(text: &[u8]) -> bool {
    text.len() <= 5 && number::whole(text).is_some()
}

/// An address and what stands behind it.
fn v4(text: &[u8]) -> Option<(Ipv4Addr, &[u8])> {
    let (mut rest, mut octets) = (text, [0; 4]);
    for (index, octet) in octets.iter_mut().enumerate() {
        if index > 0 {
            rest = rest.strip_prefix(b".")?;
        }
        let length = rest.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, behind) = rest.split_at_checked(length)?;
        // Some programs read `010` as eight: that is nobody's address.
        if digits.len() > 1 && digits.first() == Some(&b'0') {
            return None;
        }
        *octet = u8::try_from(number::whole(digits)?).ok()?;
        rest = behind;
    }
    Some((Ipv4Addr::from(octets), rest))
}

fn v6(text: &[u8]) -> Option<IpAddr> {
    if text.len() > 60 {
        return None;
    }
    // A zone such as `%eth0` says by which link; the address is the same.
    let text = text.split(|&byte| byte == b'%').next()?;
    std::str::from_utf8(text).ok()?.parse().ok().map(IpAddr::V6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_with_and_without_ports() {
        let check = |text: &str, expected: Option<&str>| {
            let expected = expected.map(|text| text.parse().expect("an address"));
            assert_eq!(address(text.as_bytes()), expected, "{text}");
        };
        check("192.0.2.1", Some("192.0.2.1"));
        check("192.0.2.1:65535", Some("192.0.2.1"));
        check("2001:db8::1", Some("2001:db8::1"));
        check("[2001:db8::1]:443", Some("2001:db8::1"));
        check("fe80::1%eth0", Some("fe80::1"));
        check("::ffff:192.0.2.1", Some("::ffff:192.0.2.1"));
        for none in
            ["", "-", "a.example", "192.0.2", "192.0.2.256", "1.2.3.4.5", "01.2.3.4", "unix:"]
        {
            check(none, None);
        }
        let v6 = with_port(b"2001:db8::1:443");
        assert_eq!(v6, Some("2001:db8::1".parse().expect("an address")));
        assert_eq!(with_port(b"192.0.2.1:1"), Some(IpAddr::from([192, 0, 2, 1])));
        assert_eq!(with_port(b"192.0.2.1"), None);
    }
}
