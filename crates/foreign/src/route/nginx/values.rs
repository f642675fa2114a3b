//! What variables stand for, as far as a log and the configuration tell.

use super::shared::Source;
use super::split;
use super::walk::Walk;
use crate::logs::Told;

/// Values may name variables in their turn, to this depth.
const DEPTH_MAX: u8 = 8;

impl Walk<'_> {
    /// A text with values put in; what is missing, where one is not known.
    pub(super) fn text(&mut self, text: &str) -> Result<Vec<u8>, u16> {
        self.filled(text, DEPTH_MAX)
    }

    fn filled(&mut self, text: &str, depth: u8) -> Result<Vec<u8>, u16> {
        let (mut made, mut rest) = (Vec::new(), text);
        while let Some((before, behind)) = rest.split_once('$') {
            made.extend_from_slice(before.as_bytes());
            let (name, after) = match behind.strip_prefix('{').and_then(|it| it.split_once('}')) {
                Some(parts) => parts,
                None => {
                    let is_digit = behind.starts_with(|it: char| it.is_ascii_digit());
                    let ends = |it: char| !it.is_ascii_alphanumeric() && it != '_';
                    let end = behind.find(ends).unwrap_or(behind.len());
                    behind.split_at(if is_digit { 1 } else { end })
                }
            };
            if name.is_empty() {
                made.push(b'$');
            } else {
                made.extend(self.value(&name.to_ascii_lowercase(), depth)?);
            }
            rest = after;
        }
        made.extend_from_slice(rest.as_bytes());
        Ok(made)
    }

    fn value(&mut self, name: &str, depth: u8) -> Result<Vec<u8>, u16> {
        let Some(deeper) = depth.checked_sub(1) else { return Err(self.missing(name)) };
        if let Some(set) = self.set.get(name) {
            return set.clone();
        }
        if let Ok(number) = name.parse::<usize>() {
            return Ok(self.groups.parts.get(number).cloned().unwrap_or_default());
        }
        let named = self.groups.named.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        if let Some((_, value)) = named {
            return Ok(value.clone());
        }
        if let Some((text, source)) = self.shared.find(name) {
            let text = self.filled(text, deeper)?;
            return self.looked_up(name, &text, source, deeper);
        }
        self.builtin(name).ok_or_else(|| self.missing(name))
    }

    fn looked_up(
        &mut self,
        name: &str,
        text: &[u8],
        source: &Source,
        depth: u8,
    ) -> Result<Vec<u8>, u16> {
        let value = match source {
            Source::Other(missing) => return Err(*missing),
            Source::Map(table) => {
                let (value, groups) = table.find(text).ok_or_else(|| self.missing(name))?;
                if let Some(groups) = groups {
                    self.groups = groups;
                }
                value
            }
            Source::Geo(networks) => {
                let address = std::str::from_utf8(text).ok().and_then(|it| it.parse().ok());
                networks.find(address.unwrap_or(std::net::IpAddr::from([255, 255, 255, 255])))
            }
            Source::Split(split) => {
                let part = split::part(split, text).and_then(|at| split.parts.get(at));
                part.map_or("", |part| part.value.value.as_str())
            }
        };
        self.filled(value, depth)
    }

    fn builtin(&self, name: &str) -> Option<Vec<u8>> {
        let line = self.line;
        let owned = |text: Option<&[u8]>| text.map(<[u8]>::to_vec);
        let told = |told: Told<'_>| match told {
            Told::Untold => None,
            Told::Absent => Some(Vec::new()),
            Told::Value(text) => Some(text.to_vec()),
        };
        match name {
            "uri" | "document_uri" => Some(self.path.clone()),
            "request_uri" => owned(line.target),
            "args" | "query_string" => Some(self.query.clone()),
            "is_args" => Some(if self.query.is_empty() { Vec::new() } else { b"?".to_vec() }),
            "request_method" if self.is_get => Some(b"GET".to_vec()),
            "request_method" => owned(line.method),
            "server_name" => Some(self.server_name.as_bytes().to_vec()),
            "host" => match line.told_header(b"host") {
                Told::Value(host) => Some(super::host::bare(host).into_bytes()),
                Told::Absent => Some(self.server_name.as_bytes().to_vec()),
                Told::Untold => None,
            },
            "remote_addr" => line.client.map(|address| address.to_string().into_bytes()),
            "binary_remote_addr" => line.client.map(|address| match address {
                std::net::IpAddr::V4(address) => address.octets().to_vec(),
                std::net::IpAddr::V6(address) => address.octets().to_vec(),
            }),
            "scheme" => self.is_tls.map(|tls| if tls { "https" } else { "http" }.into()),
            "server_port" => self.port.map(|port| port.as_bytes().to_vec()),
            "https" => self.is_tls.map(|tls| if tls { "on" } else { "" }.into()),
            _ => {
                if let Some(header) = name.strip_prefix("http_") {
                    return told(line.told_header(header.replace('_', "-").as_bytes()));
                }
                if let Some(cookie) = name.strip_prefix("cookie_") {
                    return told(line.told_cookie(cookie.as_bytes()));
                }
                let argument = name.strip_prefix("arg_")?;
                Some(self.argument(argument).unwrap_or_default())
            }
        }
    }

    fn argument(&self, name: &str) -> Option<Vec<u8>> {
        let mut pairs = self.query.split(|&byte| byte == b'&');
        pairs.find_map(|pair| {
            let at = memchr::memchr(b'=', pair)?;
            let (key, value) = pair.split_at_checked(at)?;
            let same = key.eq_ignore_ascii_case(name.as_bytes());
            same.then(|| value.get(1..).unwrap_or_default().to_vec())
        })
    }
}
