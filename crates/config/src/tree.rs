//! A file's content with the place of every key and value.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

/// A value and its place. A table's place is its header, or the whole of an inline one.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Table(Fields),
    List(Items),
    Text(String),
    Integer(i128),
    Number(f64),
    Flag(bool),
    Time(String),
}

/// A table's keys. `lost` names those that were written but could not be used.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    pub(crate) list: Vec<Field>,
    pub(crate) lost: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) key: String,
    pub(crate) key_span: Range<usize>,
    pub(crate) node: Node,
}

/// A list's values. `lost` says that some were written but could not be used.
#[derive(Clone, Debug, Default)]
pub(crate) struct Items {
    pub(crate) list: Vec<Node>,
    pub(crate) lost: bool,
}

impl Node {
    pub(crate) fn root(table: &DeTable<'_>) -> Self {
        Self { span: 0..0, content: Content::Table(fields(table)) }
    }

    fn new(value: &Spanned<DeValue<'_>>) -> Self {
        let content = match value.get_ref() {
            DeValue::Table(table) => Content::Table(fields(table)),
            DeValue::Array(array) => {
                Content::List(Items { list: array.iter().map(Self::new).collect(), lost: false })
            }
            DeValue::String(text) => Content::Text(text.to_string()),
            DeValue::Integer(number) => integer(number),
            DeValue::Float(number) => {
                // A float's text is known to be one; the fallback is refused by every range.
                Content::Number(number.as_str().parse().unwrap_or(f64::NAN))
            }
            DeValue::Boolean(flag) => Content::Flag(*flag),
            DeValue::Datetime(time) => Content::Time(time.to_string()),
        };
        Self { span: value.span(), content }
    }

    /// The text under a key of a table.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match &self.field(key)?.node.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn field(&self, key: &str) -> Option<&Field> {
        let Content::Table(fields) = &self.content else { return None };
        fields.list.iter().find(|field| field.key == key)
    }

    /// Whether all that was written here could be used.
    pub(crate) fn is_whole(&self) -> bool {
        match &self.content {
            Content::Table(fields) => {
                fields.lost.is_empty() && fields.list.iter().all(|field| field.node.is_whole())
            }
            Content::List(items) => !items.lost && items.list.iter().all(Self::is_whole),
            _ => true,
        }
    }

    /// The value without its places, for serde.
    pub(crate) fn to_value(&self) -> toml::Value {
        match &self.content {
            Content::Table(fields) => {
                let pair = |field: &Field| (field.key.clone(), field.node.to_value());
                toml::Value::Table(fields.list.iter().map(pair).collect())
            }
            Content::List(items) => {
                toml::Value::Array(items.list.iter().map(Self::to_value).collect())
            }
            Content::Text(text) | Content::Time(text) => toml::Value::String(text.clone()),
            // Every key's range is inside 64 bits, so what is left here fits.
            Content::Integer(number) => i64::try_from(*number).unwrap_or(i64::MAX).into(),
            Content::Number(number) => toml::Value::Float(*number),
            Content::Flag(flag) => toml::Value::Boolean(*flag),
        }
    }
}

fn fields(table: &DeTable<'_>) -> Fields {
    let field = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| Field {
        key: AsRef::<str>::as_ref(key.get_ref()).to_owned(),
        key_span: key.span(),
        node: Node::new(value),
    };
    Fields { list: table.iter().map(field).collect(), lost: Vec::new() }
}

fn integer(number: &DeInteger<'_>) -> Content {
    match i128::from_str_radix(number.as_str(), number.radix()) {
        Ok(number) => Content::Integer(number),
        // Beyond 128 bits only the size matters: it is out of every range.
        Err(_) if number.as_str().starts_with('-') => Content::Integer(i128::MIN),
        Err(_) => Content::Integer(i128::MAX),
    }
}
