//! Addresses of servers: a name or an IP address with a port, or a socket's path.

use std::fmt;

use super::units::number;

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// A host and a port.
    Host {
        /// A name, or an IP address without brackets.
        host: String,
        /// Absent where none was written and the place has no default.
        port: Option<u16>,
    },
    /// A socket in the file system.
    Unix(String),
}

impl Address {
    /// Reads an address; nothing where nginx would refuse it.
    pub fn read(text: &str) -> Option<Address> {
        if let Some(path) = text.strip_prefix("unix:") {
            return (!path.is_empty()).then(|| Address::Unix(path.to_owned()));
        }
        let (host, port) = match text.strip_prefix('[') {
            Some(inner) => {
                let (host, rest) = inner.split_once(']')?;
                host.parse::<std::net::Ipv6Addr>().ok()?;
                match rest.strip_prefix(':') {
                    Some(port) => (host, Some(port)),
                    None if rest.is_empty() => (host, None),
                    None => return None,
                }
            }
            None => match text.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            },
        };
        let port = match port {
            Some(port) => Some(u16::try_from(number(port)?).ok().filter(|&port| port > 0)?),
            None => None,
        };
        let bad = |c: char| c.is_whitespace() || matches!(c, '/' | '?' | '$' | '{' | '}');
        let named = !host.is_empty() && !host.contains(bad);
        named.then(|| Address::Host { host: host.to_owned(), port })
    }

    /// With a port where none was written.
    pub fn or_port(self, default: u16) -> Address {
        match self {
            Address::Host { host, port: None } => Address::Host { host, port: Some(default) },
            other => other,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Unix(path) => write!(f, "unix:{path}"),
            Address::Host { host, port } => {
                match host.contains(':') {
                    true => write!(f, "[{host}]")?,
                    false => f.write_str(host)?,
                }
                port.map_or(Ok(()), |port| write!(f, ":{port}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        for text in ["10.0.0.1:80", "web1", "[::1]:8080", "[::1]", "unix:/run/a.sock", "a.b:1"] {
            assert_eq!(Address::read(text).map(|address| address.to_string()), Some(text.into()));
        }
        for text in ["", "a:", "a:0", "a:70000", "a:x", "[a]:1", "[::1", "a/b", "$a", "unix:"] {
            assert_eq!(Address::read(text), None, "{text}");
        }
        let address = Address::read("a").unwrap().or_port(80);
        assert_eq!(address.to_string(), "a:80");
    }
}
