//! Answers in JSON, and faults in them with their lines.

use serde_json::Value;

use super::answer::Fault;

/// Reads an answer.
pub(super) fn read(of: &'static str, text: &str) -> Result<Value, Fault> {
    serde_json::from_str(text).map_err(|error| {
        let what = error.to_string();
        let what = what.split(" at line ").next().unwrap_or_default();
        Fault::new(of, error.line().max(1), format!("this is no JSON: {what}"))
    })
}

/// A text of an object.
pub(super) fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

/// A port of an object.
pub(super) fn port(value: &Value, key: &str) -> Option<u16> {
    value.get(key).and_then(Value::as_u64).and_then(|port| u16::try_from(port).ok())
}

/// A list of an object; empty where it is absent, as Envoy leaves out what is empty.
pub(super) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
