//! What a configuration of Evenkeel says, as facts.

use serde_json::Value;

use super::fact::{Facts, Path};
use crate::subject::Own;

/// What is the machine's own: what it is called, and where it listens.
const LEFT_OUT: [&[&str]; 3] =
    [&["server", "admin"], &["server", "state_dir"], &["alarms", "instance"]];

/// Defaults are filled in, so that it makes no difference whether they are written.
pub(super) fn read(own: &Own, facts: &mut Facts) {
    let Ok(Value::Object(tables)) = serde_json::to_value(&own.settings) else { return };
    for (name, table) in &tables {
        value(own, table, &[name], name, &Vec::new(), facts);
    }
}

/// `keys` lead to the value in the file, `path` to the fact.
fn value(own: &Own, said: &Value, keys: &[&str], name: &str, path: &Path, facts: &mut Facts) {
    let is_address = matches!(keys, ["listeners", _, "address"]);
    if is_address || LEFT_OUT.contains(&keys) {
        return;
    }
    let span = own.key(keys).or_else(|| own.value(keys));
    match said {
        Value::Null => {}
        Value::Object(fields) => {
            let below = facts.block(path, name, span);
            for (key, field) in fields {
                value(own, field, &[keys, &[key]].concat(), key, &below, facts);
            }
        }
        Value::Array(items) => {
            let below = facts.block(path, name, span);
            for (at, item) in items.iter().enumerate() {
                let at = at.to_string();
                let named = item.get("name").and_then(Value::as_str);
                value(own, item, &[keys, &[&at]].concat(), named.unwrap_or(&at), &below, facts);
            }
        }
        Value::String(text) => facts.add(path, name, text.as_str(), span),
        other => facts.add(path, name, other.to_string(), span),
    }
}
