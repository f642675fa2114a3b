//! The JSON Schema of a configuration, for editors and for the parser itself.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use crate::settings::Settings;

/// The JSON Schema (draft 2020-12) of a configuration file.
///
/// Sizes, durations and addresses are strings with a `format` of our own; limits on sizes and
/// durations stand in `x-minimum` and `x-maximum`, which other readers ignore.
pub fn schema() -> Value {
    schema_of::<Settings>()
}

/// The same of another file.
pub(crate) fn schema_of<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = Value::from(generator.into_root_schema_for::<T>());
    without_null(&mut schema);
    schema
}

/// TOML has no null: a key that may be absent is simply not required.
fn without_null(value: &mut Value) {
    match value {
        Value::Object(map) => {
            drop_null_type(map);
            drop_null_choice(map);
            map.values_mut().for_each(without_null);
        }
        Value::Array(list) => list.iter_mut().for_each(without_null),
        _ => {}
    }
}

fn drop_null_type(map: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = map.get_mut("type") else { return };
    types.retain(|name| name != "null");
    if let [only] = types.as_slice() {
        let only = only.clone();
        map.insert("type".to_owned(), only);
    }
}

fn drop_null_choice(map: &mut Map<String, Value>) {
    let Some(Value::Array(choices)) = map.get_mut("anyOf") else { return };
    let before = choices.len();
    choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
    if choices.len() == before || choices.len() != 1 {
        return;
    }
    if let Some(Value::Object(only)) = choices.pop() {
        map.remove("anyOf");
        map.extend(only);
    }
}
