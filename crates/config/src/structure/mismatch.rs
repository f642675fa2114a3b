//! Says that a value is of the wrong type, and how the right one is written.

use super::trail::Trail;
use crate::finding::Finding;
use crate::shape::{Key, Shape, Table, Text, Unwritten};
use crate::tree::{Content, Node};

pub(super) fn finding(node: &Node, key: &Key, shape: &Shape, trail: &Trail) -> Finding {
    let subject = match (shape, &key.shape) {
        // The trail ends with the table itself.
        (Shape::Table(_), _) => trail.to_string(),
        (Shape::List(_), _) => trail.of(&key.name),
        (_, Shape::List(_)) => format!("an item of {}", trail.of(&key.name)),
        _ => trail.of(&key.name),
    };
    let what = format!("{subject} is {}, not {}", found(&node.content), expected(shape));
    Finding::error("wrong-type", node.span.clone(), what).why(meaning(key)).hint(hint(
        &node.content,
        key,
        shape,
    ))
}

/// What the key is for: the reason why not every value will do.
pub(super) fn meaning(key: &Key) -> String {
    format!("`{}`: {}", key.name, key.text)
}

/// A key as it might be written.
pub(super) fn example(key: &Key) -> String {
    format!("`{}`", assignment(key))
}

fn assignment(key: &Key) -> String {
    let value = match &key.shape {
        Shape::Text(Text::Address | Text::AddressOrOff) => "\"10.0.0.11:8080\"".to_owned(),
        Shape::Word(words) => {
            words.first().map_or_else(|| "\"…\"".to_owned(), |word| format!("\"{}\"", word.word))
        }
        _ => "\"…\"".to_owned(),
    };
    format!("{} = {value}", key.name)
}

fn found(content: &Content) -> &'static str {
    match content {
        Content::Table(_) => "a table",
        Content::List(_) => "a list",
        Content::Text(_) => "a text",
        Content::Integer(_) => "a whole number",
        Content::Number(_) => "a number with a fraction",
        Content::Flag(_) => "a yes-or-no",
        Content::Time(_) => "a date",
    }
}

fn expected(shape: &Shape) -> &'static str {
    match shape {
        Shape::Table(_) | Shape::Named(_) => "a table",
        Shape::List(inner) if matches!(**inner, Shape::Table(_)) => "a list of tables",
        Shape::List(_) => "a list",
        Shape::Text(Text::Plain) => "a text",
        Shape::Text(Text::Span(_)) => "a duration",
        Shape::Text(Text::Size(_)) => "a size",
        Shape::Text(Text::Address | Text::AddressOrOff) => "an address",
        Shape::Text(Text::Network) => "a network",
        Shape::Integer(_) => "a whole number",
        Shape::Number(_) => "a number",
        Shape::Flag => "a yes-or-no",
        Shape::Word(_) => "a word",
        Shape::Statuses => "a set of statuses",
        Shape::Any => "a value",
    }
}

fn hint(content: &Content, key: &Key, shape: &Shape) -> String {
    let name = &key.name;
    match shape {
        Shape::Integer(_) | Shape::Number(_) => number_hint(content, shape),
        Shape::Flag => match content {
            Content::Text(text) if text == "true" || text == "false" => {
                format!("write `{text}` without quotes")
            }
            _ => "write `true` or `false`".to_owned(),
        },
        Shape::Table(table) => match (&key.shape, content) {
            (Shape::List(_), _) => {
                format!("write one `[[…{name}]]` for each, or `{}`", in_one_line(table))
            }
            (_, Content::List(_)) => format!("there is one `{name}`: write it as a table"),
            _ => format!("write `{name} = {{ … }}`"),
        },
        Shape::Named(_) => format!("name each one: `[{name}.NAME]`"),
        Shape::List(inner) => list_hint(content, name, inner),
        Shape::Text(form) => text_hint(content, key, *form),
        Shape::Word(words) => {
            let words: Vec<String> =
                words.iter().map(|word| format!("`\"{}\"`", word.word)).collect();
            format!("write {}", words.join(" or "))
        }
        Shape::Statuses | Shape::Any => format!("write {}", example(key)),
    }
}

fn number_hint(content: &Content, shape: &Shape) -> String {
    match (content, shape) {
        (Content::Text(text), _) if text.parse::<f64>().is_ok() => {
            format!("write `{text}` without quotes")
        }
        (_, Shape::Integer(bounds)) => {
            let example = bounds.least.unwrap_or_default().max(4);
            format!("write a whole number, such as `{example}`, without quotes")
        }
        _ => "write a number, such as `0.5`, without quotes".to_owned(),
    }
}

fn list_hint(content: &Content, name: &str, inner: &Shape) -> String {
    match (inner, content) {
        (Shape::Table(_), Content::Table(_)) => {
            format!("there may be several: write double brackets, `[[…{name}]]`")
        }
        (Shape::Table(_), _) => format!("write one `[[…{name}]]` for each"),
        (_, Content::Text(text)) => format!("write `[\"{text}\"]`"),
        (_, Content::Integer(number)) => format!("write `[{number}]`"),
        _ => "write a list: `[ … ]`".to_owned(),
    }
}

fn text_hint(content: &Content, key: &Key, form: Text) -> String {
    match (form, content) {
        (Text::AddressOrOff, Content::Flag(false)) => "write `\"off\"` for none".to_owned(),
        (Text::Plain, Content::Flag(false)) if key.unwritten == Unwritten::Absent => {
            format!("leave `{}` out for none", key.name)
        }
        (Text::Span(_), _) => "write it in quotes with a unit: `\"30s\"`".to_owned(),
        (Text::Size(_), _) => "write it in quotes with a unit: `\"64KiB\"`".to_owned(),
        (Text::Address | Text::AddressOrOff, Content::Integer(number)) => {
            format!("write it in quotes with its IP address: `\"127.0.0.1:{number}\"`")
        }
        (Text::Address | Text::AddressOrOff, _) => {
            "write an IP address and a port in quotes: `\"127.0.0.1:8080\"`".to_owned()
        }
        (Text::Network, _) => "write a network in quotes: `\"10.0.0.0/8\"`".to_owned(),
        (Text::Plain, Content::Integer(number)) => format!("write `\"{number}\"` in quotes"),
        (Text::Plain, _) => "write a text in quotes".to_owned(),
    }
}

/// A table with its required keys.
fn in_one_line(table: &Table) -> String {
    let required = table.keys.iter().filter(|key| key.is_required()).map(assignment);
    format!("{{ {} }}", required.collect::<Vec<_>>().join(", "))
}
