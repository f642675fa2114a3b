//! Where the keys of a file stand, for who judges its settings.

use std::ops::Range;

use toml::de::DeTable;

use crate::tree::{Content, Field, Node};

/// The places of all keys and values of a file.
#[derive(Clone, Debug)]
pub struct Places(Node);

impl Places {
    /// Reads a text. Of one that is no TOML nothing is known.
    pub fn of(text: &str) -> Places {
        let (table, _) = DeTable::parse_recoverable(text);
        Places(Node::root(table.get_ref()))
    }

    /// Where the value under a path of keys stands, in bytes: keys by name, items of lists by their
    /// number from 0. What is not written has no place.
    pub fn value(&self, path: &[&str]) -> Option<Range<usize>> {
        Some(path.iter().try_fold(&self.0, |node, key| step(node, key))?.span.clone())
    }

    /// Where the last key of a path stands; of an item of a list, the item.
    pub fn key(&self, path: &[&str]) -> Option<Range<usize>> {
        let (last, before) = path.split_last()?;
        let node = before.iter().try_fold(&self.0, |node, key| step(node, key))?;
        match &node.content {
            Content::Table(_) => Some(node.field(last)?.key_span.clone()),
            _ => Some(step(node, last)?.span.clone()),
        }
    }
}

fn step<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    match &node.content {
        Content::Table(_) => node.field(key).map(|field: &Field| &field.node),
        Content::List(items) => items.list.get(key.parse::<usize>().ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_items_have_places() {
        let text = "[pools.p]\npolicy = \"random\"\n[[pools.p.endpoints]]\nname = \"a\"\n";
        let places = Places::of(text);
        let slice = |range: Option<Range<usize>>| range.map(|range| &text[range]);
        assert_eq!(slice(places.value(&["pools", "p", "policy"])), Some("\"random\""));
        assert_eq!(slice(places.key(&["pools", "p", "policy"])), Some("policy"));
        let name = ["pools", "p", "endpoints", "0", "name"];
        assert_eq!(slice(places.value(&name)), Some("\"a\""));
        assert_eq!(places.value(&["pools", "q"]), None);
        assert_eq!(places.value(&["pools", "p", "endpoints", "1"]), None);
    }

    #[test]
    fn what_is_no_toml_has_what_could_be_read() {
        assert_eq!(Places::of("= =").value(&["a"]), None);
    }
}
