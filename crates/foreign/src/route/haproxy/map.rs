//! Maps: a key in each line of a file, and its value.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::pattern::{How, Pattern};

/// A map, by the way in which its keys are compared.
#[derive(Clone, Debug)]
pub(super) enum Map {
    Whole(HashMap<Vec<u8>, Arc<[u8]>>),
    /// The longest key counts.
    Start(Vec<(Vec<u8>, Arc<[u8]>)>),
    /// The first line that fits counts.
    Lines(Vec<(Pattern, Arc<[u8]>)>),
}

impl Map {
    /// Of a file's text; `None` where a key cannot be read.
    pub(super) fn read(text: &str, how: How) -> Option<Map> {
        let lines = text.lines().filter_map(|line| {
            let line = line.trim();
            let (key, value) = line.split_once([' ', '\t'])?;
            let plain = !line.starts_with('#') && !key.is_empty();
            plain.then(|| (key.as_bytes().to_vec(), Arc::from(value.trim().as_bytes())))
        });
        Some(match how {
            How::Text => {
                let mut map = HashMap::new();
                for (key, value) in lines {
                    map.entry(key).or_insert(value);
                }
                Map::Whole(map)
            }
            How::Start | How::Address => {
                let mut keys: Vec<_> = lines.collect();
                if how == How::Address {
                    return addresses(keys);
                }
                keys.sort_by_key(|(key, _)| std::cmp::Reverse(key.len()));
                Map::Start(keys)
            }
            how => {
                let read = |(key, value): (Vec<u8>, Arc<[u8]>)| {
                    Some((Pattern::new(how, &String::from_utf8(key).ok()?, false)?, value))
                };
                Map::Lines(lines.map(read).collect::<Option<_>>()?)
            }
        })
    }

    /// What stands behind a key. The outer `None` is for what cannot be known.
    pub(super) fn find(&self, key: &[u8]) -> Option<Option<Arc<[u8]>>> {
        match self {
            Map::Whole(map) => Some(map.get(key).cloned()),
            Map::Start(keys) => {
                let found = keys.iter().find(|(start, _)| key.starts_with(start));
                Some(found.map(|(_, value)| Arc::clone(value)))
            }
            Map::Lines(lines) => {
                for (pattern, value) in lines {
                    if pattern.fits(&crate::pick::haproxy::Sample::Text(Cow::Borrowed(key)))? {
                        return Some(Some(Arc::clone(value)));
                    }
                }
                Some(None)
            }
        }
    }
}

/// The narrowest network first.
fn addresses(keys: Vec<(Vec<u8>, Arc<[u8]>)>) -> Option<Map> {
    let mut lines = Vec::new();
    for (key, value) in keys {
        let pattern = Pattern::new(How::Address, std::str::from_utf8(&key).ok()?, false)?;
        lines.push((pattern, value));
    }
    lines.sort_by_key(|(pattern, _)| std::cmp::Reverse(pattern.bits()));
    Some(Map::Lines(lines))
}
