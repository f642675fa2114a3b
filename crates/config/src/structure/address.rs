//! What to write instead of a text that is no address or network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

pub(super) const WHY: &str = "an address is one IP address and one port; names are not resolved, \
                              so that traffic cannot move without a change of this file";

/// What is wrong with an address and what to write; `port` is the one to show as an example.
pub(super) fn hint(text: &str, port: u16) -> String {
    let text = text.trim();
    let bare =
        text.trim_start_matches("http://").trim_start_matches("https://").trim_end_matches('/');
    if bare.parse::<SocketAddr>().is_ok() {
        return format!("write only `{bare}`");
    }
    if let Some(ip) = host(bare) {
        return format!("add the port: `{}`", SocketAddr::new(ip, port));
    }
    if let Some(address) = unbracketed(bare) {
        return format!("put brackets around the address: `{address}`");
    }
    if let Ok(ip) = bare.parse::<Ipv6Addr>() {
        let address = SocketAddr::from((ip, port));
        return format!("put brackets around it and add the port: `{address}`");
    }
    let any = bare.strip_prefix(':').or_else(|| bare.strip_prefix("*:")).unwrap_or(bare);
    if any.parse::<u16>().is_ok() {
        return format!(
            "write `0.0.0.0:{any}` for every interface, `127.0.0.1:{any}` for this host"
        );
    }
    if let Some(port) = bare.strip_prefix("localhost:") {
        return format!("write `127.0.0.1:{port}`");
    }
    match bare.rsplit_once(':').and_then(|(name, port)| Some((host(name)?, port))) {
        Some((ip, "")) => {
            format!("write the port after the colon: `{}`", SocketAddr::new(ip, port))
        }
        Some((_, wrong)) if wrong.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("ports go to 65535, and this is {wrong}")
        }
        Some((_, wrong)) => format!("`{wrong}` is no port: ports are numbers up to 65535"),
        None => "write an IP address and a port, such as `10.0.0.11:8080`".to_owned(),
    }
}

/// An address as it stands before a port.
fn host(text: &str) -> Option<IpAddr> {
    match text.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => text.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    }
}

/// IPv6 and a port without brackets: what follows the last colon is no group of an address, or
/// looks more like a port.
fn unbracketed(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.rsplit_once(':')?;
    let (ip, port): (Ipv6Addr, u16) = (ip.parse().ok()?, port.parse().ok()?);
    // Below are the usual last groups of an address, such as `::1`.
    (port >= 80).then_some(SocketAddr::from((ip, port)))
}

/// What to write instead of a text that is no network.
pub(super) fn network_hint(text: &str) -> String {
    let prefix = match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return "write an address and a prefix, such as `10.0.0.0/8`".to_owned(),
    };
    format!("add the prefix: `{text}/{prefix}` for this one address, a shorter one for a network")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(hint(text, 8080), expected, "{text}");
    }

    #[test]
    fn what_is_missing_is_named() {
        check("10.0.0.1", "add the port: `10.0.0.1:8080`");
        check("[::1]", "add the port: `[::1]:8080`");
        check("10.0.0.1:", "write the port after the colon: `10.0.0.1:8080`");
        check("::1", "put brackets around it and add the port: `[::1]:8080`");
        check("fe80::1:2", "put brackets around it and add the port: `[fe80::1:2]:8080`");
        check("::1:8080", "put brackets around the address: `[::1]:8080`");
        check("::1:18080", "put brackets around the address: `[::1]:18080`");
        check("2001:db8::7:443", "put brackets around the address: `[2001:db8::7]:443`");
    }

    #[test]
    fn what_is_wrong_is_named() {
        check("10.0.0.1:70000", "ports go to 65535, and this is 70000");
        check("[::1]:99999", "ports go to 65535, and this is 99999");
        check("10.0.0.1:http", "`http` is no port: ports are numbers up to 65535");
        check("https://10.0.0.1:80/", "write only `10.0.0.1:80`");
    }

    #[test]
    fn networks_have_a_prefix() {
        assert!(network_hint("10.0.0.1").contains("`10.0.0.1/32`"));
        assert!(network_hint("::1").contains("`::1/128`"));
        assert!(network_hint("internal").contains("`10.0.0.0/8`"));
    }
}
