//! Reads the JSON Schema into shapes.

use std::str::FromStr;

use serde_json::{Map, Value};

use super::{Bounds, Key, Shape, Table, Text, Unwritten, Word};

pub(super) fn file(schema: &Value) -> Table {
    let definitions = Definitions(schema.get("$defs").unwrap_or(&Value::Null));
    definitions.table(schema, "file")
}

struct Definitions<'a>(&'a Value);

impl Definitions<'_> {
    fn shape(&self, schema: &Value) -> Shape {
        if let Some(name) = text(schema, "$ref").and_then(|path| path.strip_prefix("#/$defs/")) {
            let Some(definition) = self.0.get(name) else { return Shape::Any };
            return match definition.get("properties") {
                Some(_) => Shape::Table(self.table(definition, &name.to_lowercase())),
                None => self.shape(definition),
            };
        }
        if let Some(words) = schema.get("oneOf").and_then(Value::as_array) {
            return words.iter().map(word).collect::<Option<_>>().map_or(Shape::Any, Shape::Word);
        }
        match (text(schema, "format"), text(schema, "type")) {
            (Some("statuses"), _) => Shape::Statuses,
            (format, Some("string")) => Shape::Text(text_shape(schema, format)),
            (format, Some("integer")) => Shape::Integer(integer_bounds(schema, format)),
            (_, Some("number")) => Shape::Number(Bounds {
                least: schema.get("minimum").and_then(Value::as_f64),
                above: schema.get("exclusiveMinimum").and_then(Value::as_f64),
                most: schema.get("maximum").and_then(Value::as_f64),
            }),
            (_, Some("boolean")) => Shape::Flag,
            (_, Some("array")) => self.inner(schema, "items", Shape::List),
            (_, Some("object")) => self.inner(schema, "additionalProperties", Shape::Named),
            _ => Shape::Any,
        }
    }

    fn inner(&self, schema: &Value, key: &str, outer: fn(Box<Shape>) -> Shape) -> Shape {
        schema.get(key).map_or(Shape::Any, |inner| outer(Box::new(self.shape(inner))))
    }

    fn table(&self, schema: &Value, noun: &str) -> Table {
        let empty = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .map_or(Vec::new(), |names| names.iter().filter_map(Value::as_str).collect());
        let mut keys: Vec<Key> = properties
            .iter()
            .map(|(name, property)| Key {
                name: name.clone(),
                text: description(property),
                shape: self.shape(property),
                unwritten: unwritten(property, required.contains(&name.as_str())),
            })
            .collect();
        let place = |key: &Key| required.iter().position(|name| *name == key.name);
        keys.sort_by_key(|key| (place(key).unwrap_or(usize::MAX), key.name.clone()));
        Table { noun: noun.to_owned(), text: description(schema), keys }
    }
}

fn text<'a>(schema: &'a Value, key: &str) -> Option<&'a str> {
    schema.get(key).and_then(Value::as_str)
}

/// A doc comment as one line; its line breaks follow the source's width, not the sense.
fn description(schema: &Value) -> String {
    text(schema, "description").unwrap_or_default().replace('\n', " ")
}

fn word(choice: &Value) -> Option<Word> {
    Some(Word { word: text(choice, "const")?.to_owned(), text: description(choice) })
}

fn unwritten(property: &Value, required: bool) -> Unwritten {
    match property.get("default") {
        _ if required => Unwritten::Refused,
        None => Unwritten::Absent,
        // A table's default is the sum of its keys' defaults, which stand in its own section.
        Some(Value::Object(_)) => Unwritten::Empty,
        Some(value) => Unwritten::Default(value.to_string().replace(',', ", ")),
    }
}

fn text_shape(schema: &Value, format: Option<&str>) -> Text {
    match format {
        Some("span") => Text::Span(written_bounds(schema)),
        Some("size") => Text::Size(written_bounds(schema)),
        Some("address") => Text::Address,
        Some("address-or-off") => Text::AddressOrOff,
        Some("network") => Text::Network,
        _ => Text::Plain,
    }
}

fn written_bounds<T: FromStr>(schema: &Value) -> Bounds<T> {
    let bound = |key| text(schema, key).and_then(|text| text.parse().ok());
    Bounds { least: bound("x-minimum"), above: None, most: bound("x-maximum") }
}

fn integer_bounds(schema: &Value, format: Option<&str>) -> Bounds<i128> {
    let bound = |key| schema.get(key).and_then(Value::as_f64).map(|number| number as i128);
    let largest = match format {
        Some("uint16") => i128::from(u16::MAX),
        Some("uint32") => i128::from(u32::MAX),
        _ => i128::from(i64::MAX),
    };
    Bounds { least: bound("minimum"), above: None, most: Some(bound("maximum").unwrap_or(largest)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::FILE;

    fn strangers(table: &Table, found: &mut Vec<String>) {
        for key in &table.keys {
            let mut shape = &key.shape;
            while let Shape::Named(inner) | Shape::List(inner) = shape {
                shape = inner;
            }
            match shape {
                Shape::Table(table) => strangers(table, found),
                Shape::Any => found.push(key.name.clone()),
                _ => {}
            }
            assert!(!key.text.is_empty(), "`{}` of {} says nothing", key.name, table.noun);
        }
    }

    /// Goal: no key escapes the checks. Method: walk every table of the real schema.
    #[test]
    fn every_key_has_a_shape_and_a_text() {
        let mut found = Vec::new();
        strangers(&FILE, &mut found);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn limits_are_read_and_described() {
        let (schema, none) = (schema_of(), Definitions(&Value::Null));
        let Shape::Number(bounds) = none.shape(&schema) else { panic!("{schema}") };
        assert_eq!(bounds.describe().as_deref(), Some("above 1, at most 1000"));
        let inside = [1.0, 1.1, 1000.0, 1000.1, f64::NAN].map(|value| bounds.contain(value));
        assert_eq!(inside, [false, true, true, false, false]);
    }

    fn schema_of() -> Value {
        serde_json::json!({ "type": "number", "exclusiveMinimum": 1.0, "maximum": 1000.0 })
    }
}
