//! `hash_policy`: what of a request is hashed, and how several hashes become one.

use crate::pick::Request;
use crate::pick::digest::xxh64;

/// What of a request is hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HashSource {
    /// `header`: all lines of that name, sorted.
    Header(String),
    /// `cookie`; one that is not there is not made up.
    Cookie(String),
    /// `connection_properties: {source_ip: true}`
    SourceIp,
    /// `query_parameter`
    QueryParameter(String),
}

/// One entry of the list `hash_policy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashPolicy {
    /// What is hashed.
    pub source: HashSource,
    /// Whether the rest of the list is left out where this one is found.
    pub terminal: bool,
}

/// The hash of a request; nothing where none of the list is found.
pub fn hash_of(policies: &[HashPolicy], request: &Request<'_>) -> Option<u64> {
    if let Some(key) = request.key {
        return <[u8; 8]>::try_from(key).ok().map(u64::from_le_bytes);
    }
    let mut hash: Option<u64> = None;
    for policy in policies {
        if let Some(new) = policy.source.hash(request) {
            hash = Some(hash.map_or(0, |old| old.rotate_left(1)) ^ new);
        }
        if policy.terminal && hash.is_some() {
            break;
        }
    }
    hash
}

impl HashSource {
    fn hash(&self, request: &Request<'_>) -> Option<u64> {
        let of = |text: &str| xxh64(text.as_bytes(), 0);
        match self {
            HashSource::Header(name) => {
                let mut lines = request.header(name);
                let first = lines.next()?;
                let mut all: Vec<&str> = lines.collect();
                if all.is_empty() {
                    return Some(of(first));
                }
                all.push(first);
                all.sort_unstable();
                Some(of(&all.concat()))
            }
            HashSource::Cookie(name) => {
                let value = request.cookie(name).next()?;
                let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
                let value = bare.unwrap_or(value);
                (!value.is_empty()).then(|| of(value))
            }
            HashSource::SourceIp => request.source.map(|source| of(&source.to_string())),
            HashSource::QueryParameter(name) => {
                let query = request.query()?.split('#').next()?;
                let mut pairs =
                    query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
                pairs.find(|(key, _)| key == name).map(|(_, value)| of(value))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_joined_in_their_order() {
        let headers = [("a", "1"), ("b", "2"), ("b", "1")];
        let request = Request { uri: "/?q=x&q=y", headers: &headers, ..Request::default() };
        let header = |name: &str, terminal| HashPolicy {
            source: HashSource::Header(name.to_owned()),
            terminal,
        };
        let one = xxh64(b"1", 0);
        assert_eq!(hash_of(&[header("a", false)], &request), Some(one));
        let both = hash_of(&[header("a", false), header("b", false)], &request);
        assert_eq!(both, Some(one.rotate_left(1) ^ xxh64(b"12", 0)));
        assert_eq!(hash_of(&[header("a", true), header("b", false)], &request), Some(one));
        assert_eq!(hash_of(&[header("none", true)], &request), None);
        let query = HashSource::QueryParameter("q".to_owned());
        let query = HashPolicy { source: query, terminal: false };
        assert_eq!(hash_of(&[query], &request), Some(xxh64(b"x", 0)));
    }
}
