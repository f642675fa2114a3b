//! Says that a value is of the wrong type, and how the right one is written.

use super::trail::Trail;
use crate::finding::Finding;
use crate::shape::{Key, Shape, Text};
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
    let finding = Finding::error("wrong-type", node.span.clone(), what).why(meaning(key));
    match hint(&node.content, key, shape) {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}

/// What the key is for: the reason why not every value will do.
pub(super) fn meaning(key: &Key) -> String {
    format!("`{}`: {}", key.name, key.text)
}

/// A key as it might be written.
pub(super) fn example(key: &Key) -> String {
    let value = match &key.shape {
        Shape::Text(Text::Address | Text::AddressOrOff) => "\"10.0.0.11:8080\"".to_owned(),
        Shape::Word(words) => {
            words.first().map_or_else(|| "\"…\"".to_owned(), |word| format!("\"{}\"", word.word))
        }
        _ => "\"…\"".to_owned(),
    };
    format!("`{} = {value}`", key.name)
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

fn hint(content: &Content, key: &Key, shape: &Shape) -> Option<String> {
    let name = &key.name;
    Some(match (shape, content) {
        (Shape::Integer(_) | Shape::Number(_), Content::Text(text))
            if text.parse::<f64>().is_ok() =>
        {
            format!("write `{text}` without quotes")
        }
        (Shape::Flag, Content::Text(text)) if text == "true" || text == "false" => {
            format!("write `{text}` without quotes")
        }
        (Shape::Flag, _) => "write `true` or `false`".to_owned(),
        (Shape::Table(_), Content::List(_)) => {
            format!("there is one `{name}`: write it as a table")
        }
        (Shape::Table(_), _) => format!("write `{name} = {{ … }}`"),
        (Shape::Named(_), _) => format!("name each one: `[{name}.NAME]`"),
        (Shape::List(inner), Content::Table(_)) if matches!(**inner, Shape::Table(_)) => {
            format!("there may be several: write double brackets, `[[…{name}]]`")
        }
        (Shape::List(inner), _) if matches!(**inner, Shape::Table(_)) => {
            format!("write one `[[…{name}]]` for each")
        }
        (Shape::List(_), Content::Text(text)) => format!("write `[\"{text}\"]`"),
        (Shape::List(_), Content::Integer(number)) => format!("write `[{number}]`"),
        (Shape::Text(Text::Span(_)), _) => "write it in quotes with a unit: `\"30s\"`".to_owned(),
        (Shape::Text(Text::Size(_)), _) => "write it in quotes with a unit: `\"64KiB\"`".to_owned(),
        (Shape::Text(Text::Address | Text::AddressOrOff), Content::Integer(number)) => {
            format!("write it in quotes with its IP address: `\"127.0.0.1:{number}\"`")
        }
        (Shape::Text(_) | Shape::Word(_), Content::Integer(number)) => {
            format!("write `\"{number}\"` in quotes")
        }
        _ => return None,
    })
}
