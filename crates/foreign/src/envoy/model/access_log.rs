//! How requests are logged.

use crate::envoy::yaml::{Node, Value, snake};
use crate::logs::{Format, JsonFormat, JsonValue};
use crate::placed::Placed;

/// The format of an entry of `access_log`, at the place of the entry. `None` where it has none of
/// its own, or one that is not in this file.
pub(super) fn format(entry: &Node) -> Option<Placed<Format>> {
    // API v2 wrote `config`.
    let config = entry.field("typed_config").or_else(|| entry.field("config"))?;
    let said = config.field("log_format").unwrap_or(config);
    let text =
        said.field("text_format").or_else(|| said.at(&["text_format_source", "inline_string"]));
    // Before `log_format` there was `format`, which is a text.
    let text = text.or_else(|| config.field("format")).and_then(Node::text);
    let json = || said.field("json_format").or_else(|| said.field("typed_json_format"));
    let format = match text {
        Some(text) => Format::EnvoyFormat(text.to_owned()),
        None => {
            let mut format = JsonFormat::default();
            let omits = said.field("omit_empty_values").and_then(Node::text);
            format.omits_empty = omits == Some("true");
            values(json()?, &mut Vec::new(), &mut format.values);
            Format::EnvoyJsonFormat(format)
        }
    };
    Some(Placed::new(format, entry.span))
}

/// Where the format of a log is, if it is not in this file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatSource {
    /// A file on the machine of the balancer.
    File(String),
    /// What cannot be read here, by the field's name.
    Other(String),
}

/// Where the format of an entry of `access_log` is, if it is elsewhere.
pub(super) fn elsewhere(entry: &Node) -> Option<Placed<FormatSource>> {
    let config = entry.field("typed_config").or_else(|| entry.field("config"))?;
    let source = config.at(&["log_format", "text_format_source"])?;
    let field = source.fields().iter().find(|field| field.key.value != "watched_directory")?;
    let source = match snake(&field.key.value).as_str() {
        "inline_string" => return None,
        "filename" => FormatSource::File(field.value.text()?.to_owned()),
        other => FormatSource::Other(other.to_owned()),
    };
    Some(Placed::new(source, field.value.span))
}

fn values(node: &Node, path: &mut Vec<String>, found: &mut Vec<JsonValue>) {
    for field in node.fields() {
        path.push(field.key.value.clone());
        match &field.value.value {
            Value::Map(_) => values(&field.value, path, found),
            // What stands in an object in a list has no place of its own in a log.
            Value::List(items) => items.iter().enumerate().for_each(|(place, item)| {
                found.extend(value(item, path, place));
            }),
            _ => found.extend(value(&field.value, path, 0)),
        }
        path.pop();
    }
}

fn value(node: &Node, path: &[String], place: usize) -> Option<JsonValue> {
    Some(JsonValue { path: path.to_vec(), place, text: node.text()?.to_owned() })
}
