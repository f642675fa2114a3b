//! The headers and cookies of a line that have a column of their own, without an allocation.

use std::fmt;

/// As many are kept; a log with more columns loses the last ones.
pub const NAMED_MAX: usize = 12;

/// What a name is the name of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A field of the request's head.
    #[default]
    Header,
    /// A field of the response's head.
    Answer,
    /// A cookie that the client sent.
    Cookie,
}

/// A value with a name. A capture that nobody has named has an empty one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Named<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its name, as the log or its format has it.
    pub name: &'a [u8],
    /// What was sent; nothing where the log has the column and the request did not have it.
    pub value: &'a [u8],
}

/// Up to [`NAMED_MAX`] of them, in the order of the line.
#[derive(Clone, Default)]
pub struct NamedList<'a> {
    slots: [Named<'a>; NAMED_MAX],
    length: usize,
}

impl<'a> NamedList<'a> {
    /// All of them.
    pub fn all(&self) -> &[Named<'a>] {
        self.slots.get(..self.length).unwrap_or(&[])
    }

    /// The first of a kind and a name; names of header fields have no case.
    pub fn find(&self, kind: Kind, name: &[u8]) -> Option<&'a [u8]> {
        self.same(kind, name).find(|named| !named.value.is_empty()).map(|named| named.value)
    }

    /// Whether there is a column of that kind and name, with or without a value.
    pub fn has(&self, kind: Kind, name: &[u8]) -> bool {
        self.same(kind, name).next().is_some()
    }

    fn same(&self, kind: Kind, name: &[u8]) -> impl Iterator<Item = &Named<'a>> {
        let same = move |named: &&Named<'a>| {
            named.kind == kind
                && match kind {
                    Kind::Cookie => named.name == name,
                    Kind::Header | Kind::Answer => named.name.eq_ignore_ascii_case(name),
                }
        };
        self.all().iter().filter(same)
    }

    pub(super) fn push(&mut self, kind: Kind, name: &'a [u8], value: &'a [u8]) {
        if let Some(slot) = self.slots.get_mut(self.length) {
            *slot = Named { kind, name, value };
            self.length += 1;
        }
    }
}

impl fmt::Debug for NamedList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let told = |named: &Named<'_>| (named.kind, text(named.name), text(named.value));
        f.debug_list().entries(self.all().iter().map(told)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_left_out() {
        let mut list = NamedList::default();
        for _ in 0..NAMED_MAX + 3 {
            list.push(Kind::Answer, b"A", b"1");
        }
        assert_eq!(list.all().len(), NAMED_MAX);
        assert_eq!(list.find(Kind::Answer, b"a"), Some(&b"1"[..]));
        assert_eq!(list.find(Kind::Header, b"a"), None);
    }
}
