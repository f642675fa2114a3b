//! The reference page, made from the same shape that the parser checks.

use std::fmt::Write;

use schemars::JsonSchema;

use crate::schema::schema_of;
use crate::shape::{self, Bounds, FILE, Key, Shape, Table, Text, Unwritten, Word};

const INTRODUCTION: &str = include_str!("reference/introduction.md");

/// A configuration that writes every key there is.
const EXAMPLE: &str = include_str!("reference/example.toml");

/// The order in which a reader meets the sections; any other follows.
const ORDER: [&str; 7] = ["server", "listeners", "routes", "pools", "firewall", "alarms", "audit"];

/// The reference page of all keys, in Markdown.
pub fn reference() -> String {
    page(INTRODUCTION, &FILE, EXAMPLE)
}

/// The reference page of another file that is read by [`crate::strict`]: an introduction, its keys,
/// and an example.
pub fn reference_of<T: JsonSchema>(introduction: &str, example: &str) -> String {
    page(introduction, &shape::of(&schema_of::<T>()), example)
}

fn page(introduction: &str, file: &Table, example: &str) -> String {
    let mut page = introduction.to_owned();
    let place = |key: &&Key| ORDER.iter().position(|name| *name == key.name);
    let mut keys: Vec<&Key> = file.keys.iter().collect();
    keys.sort_by_key(|key| place(key).unwrap_or(ORDER.len()));
    for key in keys {
        let section = Section { path: String::new(), table: file };
        section.child(key, &mut page);
    }
    page.push_str("\n## A complete example\n\nEvery key, once.\n\n```toml\n");
    page.push_str(example);
    page.push_str("```\n");
    page
}

struct Section<'a> {
    path: String,
    table: &'a Table,
}

impl Section<'_> {
    fn child(&self, key: &Key, page: &mut String) {
        let Some((header, table)) = self.section_of(key) else {
            return self.words_by_name(key, page);
        };
        // The row above a nested table has said what the key means; a file's own has no row.
        let text = if self.path.is_empty() { &key.text } else { &table.text };
        let path = header.trim_matches(['[', ']']).to_owned();
        Section { path, table }.write(&header, text, page);
    }

    /// A table whose keys are names of the user's choice, and whose values are words.
    fn words_by_name(&self, key: &Key, page: &mut String) {
        let Shape::Named(inner) = &key.shape else { return };
        if let Shape::Word(words) = &**inner {
            let dot = if self.path.is_empty() { "" } else { "." };
            let _ = write!(page, "\n## `[{}{dot}{}]`\n\n{}\n", self.path, key.name, key.text);
            write_words("Each value is", words, page);
        }
    }

    /// The header a key's table has in a file, and the table.
    fn section_of<'k>(&self, key: &'k Key) -> Option<(String, &'k Table)> {
        let dot = if self.path.is_empty() { "" } else { "." };
        let path = format!("{}{dot}{}", self.path, key.name);
        match &key.shape {
            Shape::Table(table) => Some((format!("[{path}]"), table)),
            Shape::List(inner) => match &**inner {
                Shape::Table(table) => Some((format!("[[{path}]]"), table)),
                _ => None,
            },
            Shape::Named(inner) => match &**inner {
                Shape::Table(table) => Some((format!("[{path}.NAME]"), table)),
                _ => None,
            },
            _ => None,
        }
    }

    fn write(&self, header: &str, text: &str, page: &mut String) {
        let _ = write!(page, "\n## `{header}`\n\n{text}\n\n");
        page.push_str("| key | type | default | meaning |\n|---|---|---|---|\n");
        for key in &self.table.keys {
            self.row(key, page);
        }
        for key in &self.table.keys {
            match &key.shape {
                Shape::Word(words) => write_words(&format!("`{}` is", key.name), words, page),
                Shape::List(inner) => {
                    if let Shape::Word(words) = &**inner {
                        write_words(&format!("Each of `{}` is", key.name), words, page);
                    }
                }
                _ => {}
            }
        }
        for key in &self.table.keys {
            self.child(key, page);
        }
    }

    fn row(&self, key: &Key, page: &mut String) {
        let section = self.section_of(key).map(|(header, _)| link(&header));
        let default = match (&key.unwritten, &section) {
            (Unwritten::Refused, _) => "required".to_owned(),
            (Unwritten::Absent, _) => "absent".to_owned(),
            (Unwritten::Empty, _) | (_, Some(_)) => "–".to_owned(),
            (Unwritten::Default(value), None) => format!("`{value}`"),
        };
        let kind = section.unwrap_or_else(|| kind(&key.shape));
        let name = &key.name;
        let _ = writeln!(page, "| `{name}` | {kind} | {default} | {} |", key.text);
    }
}

/// A link to a section, by the anchor that Markdown readers make of its heading.
fn link(header: &str) -> String {
    let kept = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    let anchor: String = header.chars().filter(kept).collect();
    format!("[`{header}`](#{})", anchor.to_lowercase())
}

fn write_words(what: &str, words: &[Word], page: &mut String) {
    let _ = write!(page, "\n{what} one of:\n\n");
    for word in words {
        let _ = writeln!(page, "- `{}`: {}", word.word, word.text);
    }
}

fn kind(shape: &Shape) -> String {
    match shape {
        Shape::Text(Text::Plain) => "text".to_owned(),
        Shape::Text(Text::Span(bounds)) => limited("duration", bounds.describe()),
        Shape::Text(Text::Size(bounds)) => limited("size", bounds.describe()),
        Shape::Text(Text::Address) => "address".to_owned(),
        Shape::Text(Text::AddressOrOff) => "address or `off`".to_owned(),
        Shape::Text(Text::Network) => "network".to_owned(),
        Shape::Integer(bounds) => limited("whole number", readable(*bounds).describe()),
        Shape::Number(bounds) => limited("number", bounds.describe()),
        Shape::Flag => "`true` or `false`".to_owned(),
        Shape::Word(_) => "word, see below".to_owned(),
        Shape::Statuses => "statuses".to_owned(),
        Shape::List(inner) => format!("list: {}", kind(inner)),
        Shape::Table(_) | Shape::Named(_) | Shape::Any => "table".to_owned(),
    }
}

fn limited(noun: &str, limits: Option<String>) -> String {
    limits.map_or_else(|| noun.to_owned(), |limits| format!("{noun}, {limits}"))
}

/// A limit that is only the type's own says nothing to a reader.
fn readable(mut bounds: Bounds<i128>) -> Bounds<i128> {
    bounds.most = bounds.most.filter(|most| *most < i128::from(u32::MAX));
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check;
    use crate::tree::{Content, Node};
    use toml::de::DeTable;

    #[test]
    fn the_example_is_valid_and_warns_of_nothing() {
        let (settings, findings) = check::check(EXAMPLE);
        assert!(findings.is_empty(), "{findings:?}");
        assert!(settings.is_some());
    }

    /// Goal: the example stays complete. Method: every key of the shape is written somewhere.
    #[test]
    fn the_example_writes_every_key() {
        let tree = DeTable::parse(EXAMPLE).unwrap();
        let mut missing = Vec::new();
        absent(&FILE, &[&Node::root(tree.get_ref())], &mut missing);
        assert_eq!(missing, Vec::<String>::new());
    }

    fn absent(table: &Table, nodes: &[&Node], missing: &mut Vec<String>) {
        for key in &table.keys {
            let written: Vec<&Node> =
                nodes.iter().filter_map(|node| Some(&node.field(&key.name)?.node)).collect();
            if written.is_empty() {
                missing.push(format!("{} of {}", key.name, table.noun));
            }
            match &key.shape {
                Shape::Table(inner) => absent(inner, &written, missing),
                Shape::List(inner) | Shape::Named(inner) => {
                    if let Shape::Table(inner) = &**inner {
                        let nodes: Vec<&Node> = written.into_iter().flat_map(children).collect();
                        absent(inner, &nodes, missing);
                    }
                }
                _ => {}
            }
        }
    }

    fn children(node: &Node) -> Vec<&Node> {
        match &node.content {
            Content::Table(fields) => fields.list.iter().map(|field| &field.node).collect(),
            Content::List(items) => items.list.iter().collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_link_has_its_heading() {
        let page = reference();
        let anchors: Vec<String> = page
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .map(|heading| link(heading.trim_matches('`')))
            .collect();
        let links = page.split("](#").skip(1).map(|rest| rest.split(')').next().unwrap());
        for target in links {
            assert!(anchors.iter().any(|link| link.contains(&format!("(#{target})"))), "{target}");
        }
    }
}
