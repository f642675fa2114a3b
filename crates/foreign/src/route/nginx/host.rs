//! `server_name`: which server of those that listen at one address a host leads to.

use crate::nginx::model::{Kind, Listen, Server};
use crate::route::expression::Expression;

/// Servers that listen at one address.
#[derive(Clone, Debug)]
pub(super) struct Listener {
    address: String,
    /// Where no name fits.
    default: usize,
    names: Vec<(Name, usize)>,
    servers: usize,
}

/// A name of a server.
#[derive(Clone, Debug)]
enum Name {
    Exact(String),
    /// `*.example.org`, from its dot on.
    End(String),
    /// `www.example.*`, up to its dot.
    Start(String),
    Expression(Expression),
}

/// Each address that is listened at, with its servers.
pub(super) fn listeners(servers: &[Server]) -> Vec<Listener> {
    let mut found: Vec<(String, Listener, bool)> = Vec::new();
    for (place, server) in servers.iter().enumerate().filter(|(_, it)| it.kind == Kind::Http) {
        let mut addresses: Vec<(String, bool)> =
            server.listens.iter().map(|it| (address(it), it.default_server)).collect();
        if addresses.is_empty() {
            addresses.push(("*:80".to_owned(), false));
        }
        addresses.dedup();
        for (address, is_default) in addresses {
            let at = found.iter().position(|(known, ..)| *known == address).unwrap_or_else(|| {
                found.push((address.clone(), Listener::of(address, place), false));
                found.len() - 1
            });
            let Some((_, listener, has_default)) = found.get_mut(at) else { continue };
            if is_default && !*has_default {
                (listener.default, *has_default) = (place, true);
            }
            listener.add(place, server);
        }
    }
    found.into_iter().map(|(_, listener, _)| listener).collect()
}

fn address(listen: &Listen) -> String {
    let text = &listen.address.value;
    match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => format!("*:{text}"),
        false => text.clone(),
    }
}

impl Listener {
    fn of(address: String, default: usize) -> Listener {
        Listener { address, default, names: Vec::new(), servers: 0 }
    }

    fn add(&mut self, place: usize, server: &Server) {
        self.servers += 1;
        for name in &server.names {
            let name = name.value.to_ascii_lowercase();
            let read = if let Some(expression) = name.strip_prefix('~') {
                Expression::new(expression, true).map(Name::Expression)
            } else if let Some(end) = name.strip_prefix('*') {
                Some(Name::End(end.to_owned()))
            } else if let Some(start) = name.strip_suffix('*') {
                Some(Name::Start(start.to_owned()))
            } else if name.starts_with('.') {
                // nginx leaves out all of it where a part is taken.
                if self.has(name.trim_start_matches('.'), &name) {
                    continue;
                }
                self.names.push((Name::Exact(name.trim_start_matches('.').to_owned()), place));
                Some(Name::End(name))
            } else {
                Some(Name::Exact(name))
            };
            self.names.extend(read.map(|name| (name, place)));
        }
    }

    fn has(&self, exact: &str, end: &str) -> bool {
        self.names.iter().any(|(name, _)| match name {
            Name::Exact(known) => known == exact,
            Name::End(known) => known == end,
            _ => false,
        })
    }

    /// Its port; 80 where only an address is named, none of a socket in the file system.
    pub(super) fn port(&self) -> Option<&str> {
        if self.address.starts_with("unix:") {
            return None;
        }
        let behind = self.address.rsplit_once(']').map_or(self.address.as_str(), |it| it.1);
        Some(behind.rsplit_once(':').map_or("80", |(_, port)| port))
    }

    /// Whether every request goes to the same server, whatever its host.
    pub(super) fn is_one(&self) -> bool {
        self.servers == 1
    }

    pub(super) fn default(&self) -> usize {
        self.default
    }

    /// The server of a host, in lower case and without a port.
    pub(super) fn server(&self, host: &str) -> usize {
        let exact =
            self.names.iter().find(|(name, _)| matches!(name, Name::Exact(it) if it == host));
        let longest = |length: fn(&Name, &str) -> Option<usize>| {
            let fitting = self.names.iter().enumerate().filter_map(|(at, (name, place))| {
                length(name, host).map(|length| (length, std::cmp::Reverse(at), *place))
            });
            fitting.max().map(|(.., place)| place)
        };
        let by_end = || {
            longest(|name, host| match name {
                Name::End(end) if host.len() > end.len() && host.ends_with(end.as_str()) => {
                    Some(end.len())
                }
                _ => None,
            })
        };
        let by_start = || {
            longest(|name, host| match name {
                Name::Start(start)
                    if host.len() > start.len() && host.starts_with(start.as_str()) =>
                {
                    Some(start.len())
                }
                _ => None,
            })
        };
        let by_expression = || {
            let fits = |name: &Name| match name {
                Name::Expression(it) => it.finds(host.as_bytes()) == Some(true),
                _ => false,
            };
            self.names.iter().find(|(name, _)| fits(name)).map(|(_, place)| *place)
        };
        let found = exact.map(|(_, place)| *place).or_else(by_end).or_else(by_start);
        found.or_else(by_expression).unwrap_or(self.default)
    }
}

/// In lower case, without port and without the root's dot.
pub(super) fn bare(host: &[u8]) -> String {
    let host = String::from_utf8_lossy(host).to_ascii_lowercase();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => &host,
    };
    name.strip_suffix('.').unwrap_or(name).to_owned()
}
