//! The fields that Envoy's messages have, and which of a file's it would not know.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::yaml::{Field, Node};
use crate::placed::Placed;

/// A message each: its name and its fields. Behind `:` is the message of a field, `@` where it
/// says so itself; `*` where its own fields are names of the user's choice. Messages that are not
/// listed are not judged.
const LIST: &str = include_str!("messages.txt");

/// How a field goes on.
#[derive(Clone, Copy)]
struct Kind {
    message: Option<&'static str>,
    named: bool,
}

type Fields = HashMap<&'static str, Kind>;

fn messages() -> &'static HashMap<&'static str, Fields> {
    static MESSAGES: OnceLock<HashMap<&'static str, Fields>> = OnceLock::new();
    MESSAGES.get_or_init(|| {
        let mut messages: HashMap<&str, Fields> = HashMap::new();
        let mut name = "";
        for line in LIST.lines() {
            let mut words = line.split_whitespace();
            if !line.starts_with(' ') {
                name = words.next().unwrap_or("");
            }
            let fields = messages.entry(name).or_default();
            fields.extend(words.map(field));
        }
        messages
    })
}

fn field(word: &'static str) -> (&'static str, Kind) {
    let (name, message) = match word.split_once(':') {
        Some((name, message)) => (name, Some(message)),
        None => (word, None),
    };
    let named = message.is_some_and(|message| message.ends_with('*'));
    let message = message.map(|message| message.trim_end_matches('*'));
    (name, Kind { message, named })
}

/// The short name of a message that `@type` names.
pub(super) fn short(url: &str) -> String {
    let full = url.rsplit('/').next().unwrap_or(url);
    let full = full.strip_prefix("envoy.").unwrap_or(full);
    let parts = full.split('.').filter(|part| *part != "v3" && *part != "v2");
    let short = parts.collect::<Vec<_>>().join(".");
    let short = short.replace("load_balancing_policies", "lb");
    let prefixes = ["config.", "extensions.", "filters.network.", "filters.http."];
    prefixes.iter().fold(short, |name, prefix| match name.strip_prefix(prefix) {
        Some(rest) => rest.to_owned(),
        None => name,
    })
}

/// Fields that a message does not have, wherever they stand in it.
// As deep as values nest, which the loading limits.
pub(super) fn unknown(node: &Node, message: &str, found: &mut Vec<Placed<String>>) {
    let said = node.field("@type").and_then(Node::text).map(short);
    let message = if message == "@" { said.as_deref().unwrap_or("") } else { message };
    let Some(fields) = messages().get(message) else { return };
    for item in node.items() {
        for Field { key, value } in item.fields() {
            if key.value == "@type" {
                continue;
            }
            let name = match fields.contains_key(key.value.as_str()) {
                true => key.value.clone(),
                false => super::yaml::snake(&key.value),
            };
            match fields.get(name.as_str()) {
                None => found.push(key.clone()),
                Some(Kind { message: Some(message), named: true }) => {
                    value.fields().iter().for_each(|field| unknown(&field.value, message, found));
                }
                Some(Kind { message: Some(message), named: false }) => {
                    value.items().iter().for_each(|item| unknown(item, message, found));
                }
                Some(Kind { message: None, .. }) => {}
            }
        }
    }
}
