//! A value in a file.

use crate::placed::Placed;
use crate::source::Span;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// From its first to its last byte.
    pub span: Span,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing, or `null`.
    Null,
    /// A text, a number or a truth value: what it is taken for is up to the field.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Fields. Of a name that stands twice the last one counts.
    Map(Vec<Field>),
}

/// A name and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name, as written.
    pub key: Placed<String>,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value of a field. `name` is in small letters with underlines; in the file it may be in
    /// camel case, as JSON often has it.
    pub fn field(&self, name: &str) -> Option<&Node> {
        let named = |field: &&Field| is_name(&field.key.value, name);
        let found = self.fields().iter().rev().find(named)?;
        (found.value.value != Value::Null).then_some(&found.value)
    }

    /// Whether a field is written, be it with nothing in it.
    pub fn has(&self, name: &str) -> bool {
        self.fields().iter().any(|field| is_name(&field.key.value, name))
    }

    /// The value of a field of a field.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, name| node.field(name))
    }

    /// Its fields; none where it is no map.
    pub fn fields(&self) -> &[Field] {
        match &self.value {
            Value::Map(fields) => fields,
            _ => &[],
        }
    }

    /// Its items. A value that is no list is an only item, as protobuf has it in part.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            Value::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The items of a field; none where it is absent.
    pub fn list(&self, name: &str) -> &[Node] {
        self.field(name).map_or(&[], Node::items)
    }

    /// Its text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a field.
    pub fn text_of(&self, name: &str) -> Option<Placed<String>> {
        let node = self.field(name)?;
        node.text().map(|text| Placed::new(text.to_owned(), node.span))
    }
}

/// Whether a key is a name in either spelling.
fn is_name(key: &str, name: &str) -> bool {
    key == name || (key.contains(|c: char| c.is_ascii_uppercase()) && snake(key) == name)
}

/// `camelCase` with underlines.
pub(crate) fn snake(key: &str) -> String {
    let mut name = String::with_capacity(key.len() + 4);
    for char in key.chars() {
        if char.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(char.to_ascii_lowercase());
    }
    name
}
