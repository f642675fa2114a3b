//! What Envoy hashes of a request, by the policies of the route that takes it.

use crate::envoy::model::{HashBy, HashPolicy};
use crate::logs::{Line, Told};
use crate::pick::digest::xxh64;
use crate::route::expression::Expression;
use crate::route::texts::Texts;

/// The hash policies of a route.
#[derive(Clone, Debug, Default)]
pub(super) struct Hashes(Vec<Part>);

#[derive(Clone, Debug)]
struct Part {
    by: HashBy,
    rewrite: Option<(Expression, String)>,
    is_terminal: bool,
    /// What is told where it cannot be known.
    missing: u16,
}

/// What is found of a part.
enum Found {
    Hash(u64),
    Nothing,
    Unknown,
}

impl Hashes {
    pub(super) fn new(policies: &[HashPolicy], texts: &mut Texts) -> Hashes {
        let part = |policy: &HashPolicy| {
            let read = |(pattern, by): &(String, String)| {
                Expression::new(pattern, false).map(|expression| (expression, by.clone()))
            };
            let rewrite = policy.rewrite.as_ref().map(read);
            let is_unread = matches!(rewrite, Some(None));
            let missing = match &policy.by {
                _ if is_unread => "the expression of its `regex_rewrite`".to_owned(),
                HashBy::Header(name) => format!("the header `{name}`"),
                HashBy::Cookie { name, .. } => format!("the cookie `{name}`"),
                HashBy::SourceIp => "the client's address".to_owned(),
                HashBy::Query(_) => "the request line".to_owned(),
                HashBy::Other => "what a filter left to be hashed".to_owned(),
            };
            let by = if is_unread { HashBy::Other } else { policy.by.clone() };
            let what = format!("a part of its hash is {missing}, which is not known");
            let missing = texts.missing(what);
            let is_terminal = policy.terminal.value;
            Part { by, rewrite: rewrite.flatten(), is_terminal, missing }
        };
        Hashes(policies.iter().map(part).collect())
    }

    /// The hash, if there is any, or what is missing to know it. Each part is added to what was
    /// turned by one bit before.
    pub(super) fn of(&self, line: &Line<'_>, strips_port: bool) -> Result<Option<u64>, u16> {
        let mut hash: Option<u64> = None;
        for part in &self.0 {
            match part.find(line, strips_port) {
                Found::Hash(new) => hash = Some(hash.map_or(0, |old| old.rotate_left(1)) ^ new),
                Found::Nothing => {}
                Found::Unknown => return Err(part.missing),
            }
            if part.is_terminal && hash.is_some() {
                break;
            }
        }
        Ok(hash)
    }
}

impl Part {
    fn find(&self, line: &Line<'_>, strips_port: bool) -> Found {
        let told = match &self.by {
            HashBy::Header(name) => return self.header(name, line, strips_port),
            HashBy::Cookie { name, .. } => match line.told_cookie(name.as_bytes()) {
                Told::Value(value) => {
                    let bare = value.strip_prefix(b"\"").and_then(|it| it.strip_suffix(b"\""));
                    Some(bare.unwrap_or(value)).filter(|value| !value.is_empty())
                }
                Told::Absent => None,
                Told::Untold => return Found::Unknown,
            },
            HashBy::SourceIp => {
                let Some(client) = line.client else { return Found::Unknown };
                return Found::Hash(xxh64(client.to_string().as_bytes(), 0));
            }
            HashBy::Query(name) => {
                if line.target.is_none() {
                    return Found::Unknown;
                }
                parameter(line.query().unwrap_or_default(), name.as_bytes())
            }
            HashBy::Other => return Found::Unknown,
        };
        told.map_or(Found::Nothing, |value| Found::Hash(xxh64(value, 0)))
    }

    fn header(&self, name: &str, line: &Line<'_>, strips_port: bool) -> Found {
        let name = if name.eq_ignore_ascii_case("host") { ":authority" } else { name };
        let value = match line.told_header(name.as_bytes()) {
            Told::Value(value) => value,
            // No request is without these: the log has not got them.
            _ if name.starts_with(':') => return Found::Unknown,
            Told::Absent => return Found::Nothing,
            Told::Untold => return Found::Unknown,
        };
        let value = if strips_port && name == ":authority" { portless(value) } else { value };
        match &self.rewrite {
            None => Found::Hash(xxh64(value, 0)),
            Some((expression, by)) => match expression.replaced(value, by) {
                Some(value) => Found::Hash(xxh64(&value, 0)),
                None => Found::Unknown,
            },
        }
    }
}

fn portless(host: &[u8]) -> &[u8] {
    std::str::from_utf8(host).map_or(host, |host| super::host::portless(host).as_bytes())
}

fn parameter<'a>(query: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let query = query.split(|&byte| byte == b'#').next()?;
    let mut pairs = query.split(|&byte| byte == b'&').map(|pair| {
        let at = memchr::memchr(b'=', pair).unwrap_or(pair.len());
        let (key, value) = pair.split_at(at);
        (key, value.get(1..).unwrap_or_default())
    });
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}
