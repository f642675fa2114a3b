//! The values of HAProxy's variables among the texts of a batch: a letter says of what kind each
//! is.

use std::borrow::Cow;

use foreign::pick::Value;

/// As a text; nothing where it has no value.
pub(super) fn written(value: Option<Value<'_>>) -> Cow<'static, [u8]> {
    let text = match value {
        None => return Cow::Borrowed(b""),
        Some(Value::Address(address)) => format!("a{address}"),
        Some(Value::Number(number)) => format!("n{number}"),
        Some(Value::Text(text)) => format!("t{text}"),
    };
    Cow::Owned(text.into_bytes())
}

pub(super) fn read(text: &str) -> Option<Value<'_>> {
    let kind = text.get(..1)?;
    let text = text.get(1..)?;
    match kind {
        "a" => text.parse().ok().map(Value::Address),
        "n" => text.parse().ok().map(Value::Number),
        _ => Some(Value::Text(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_kinds() {
        let address = Value::Address([192, 0, 2, 1].into());
        for value in [address, Value::Number(-7), Value::Text("7"), Value::Text("")] {
            let text = written(Some(value));
            assert_eq!(read(std::str::from_utf8(&text).unwrap()), Some(value));
        }
        assert!(written(None).is_empty() && read("").is_none());
    }
}
