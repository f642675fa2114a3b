//! A request's head of no protocol, for what the exchange reads from any.

use super::request::Head;

/// Its target and the fields it holds.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    pub(crate) target: String,
    /// Lower-case names.
    pub(crate) fields: Vec<(&'static str, Vec<u8>)>,
}

impl Head for Sample {
    fn method(&self) -> &str {
        "GET"
    }

    fn host(&self) -> &str {
        "a"
    }

    fn target(&self) -> &str {
        &self.target
    }

    fn values<'s>(&'s self, name: &'s str) -> impl DoubleEndedIterator<Item = &'s [u8]> {
        let named = self.fields.iter().filter(move |(known, _)| *known == name);
        named.map(|(_, value)| value.as_slice())
    }
}
