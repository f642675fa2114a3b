//! A request as a rule sees it: the log's words, as the rules before have changed them.

use super::edits::{Edits, Header, Open, Part};
use crate::logs::{Line, Told};
use crate::pick::haproxy::cookies;

/// A request as a rule sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen<'s> {
    pub(super) line: &'s Line<'s>,
    pub(super) edits: &'s Edits,
}

/// Why something of a request is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// The log does not tell it.
    Untold,
    /// A rule has changed it.
    Changed(Open),
}

/// The lines of a header; none where the request does not have it.
pub(super) type Lines<'s> = Vec<&'s [u8]>;

impl<'s> Seen<'s> {
    /// Whatever `set-method` says: tests see the one that came.
    pub(super) fn method(&self) -> Result<&'s [u8], Unknown> {
        self.line.method.ok_or(Unknown::Untold)
    }

    /// Fails where a part has been changed nobody knows how.
    pub(super) fn known(&self, part: Part) -> Result<(), Unknown> {
        self.edits.open(part).map_or(Ok(()), |open| Err(Unknown::Changed(open)))
    }

    /// The target as far as it is known.
    pub(super) fn target(&self) -> Option<&'s [u8]> {
        self.edits.target.as_deref().or(self.line.target)
    }

    /// The target without its query.
    pub(super) fn path(&self) -> Result<&'s [u8], Unknown> {
        self.known(Part::Path)?;
        let target = self.target().ok_or(Unknown::Untold)?;
        Ok(split(target).0)
    }

    /// The query, where there is one.
    pub(super) fn query(&self) -> Result<Option<&'s [u8]>, Unknown> {
        self.known(Part::Query)?;
        let target = self.target().ok_or(Unknown::Untold)?;
        Ok(split(target).1)
    }

    /// Path and query.
    pub(super) fn whole(&self) -> Result<&'s [u8], Unknown> {
        self.known(Part::Path)?;
        self.known(Part::Query)?;
        self.target().ok_or(Unknown::Untold)
    }

    pub(super) fn header(&self, name: &str) -> Result<Lines<'s>, Unknown> {
        match self.edits.header(self.line, name) {
            (_, Some(open)) => Err(Unknown::Changed(open)),
            (Header::Log(Told::Untold), _) => Err(Unknown::Untold),
            (Header::Log(Told::Absent), _) => Ok(Vec::new()),
            (Header::Log(Told::Value(value)), _) => Ok(vec![value]),
            (Header::Lines(lines), _) => Ok(lines.iter().map(Vec::as_slice).collect()),
        }
    }

    /// All cookies of a name. Where no rule has touched `Cookie`, a log may have the one cookie
    /// alone.
    pub(super) fn cookie(&self, name: &str) -> Result<Lines<'s>, Unknown> {
        let name = name.as_bytes();
        match (self.edits.header(self.line, "cookie"), self.line.cookies) {
            ((_, Some(open)), _) => Err(Unknown::Changed(open)),
            ((Header::Log(_), _), Some(line)) => Ok(cookies(line, name).collect()),
            ((Header::Log(_), _), None) => match self.line.told_cookie(name) {
                Told::Untold => Err(Unknown::Untold),
                Told::Absent => Ok(Vec::new()),
                Told::Value(value) => Ok(vec![value]),
            },
            ((Header::Lines(lines), _), _) => {
                Ok(lines.iter().flat_map(|line| cookies(line, name)).collect())
            }
        }
    }
}

/// A target's path, and what follows its question mark.
pub(super) fn split(target: &[u8]) -> (&[u8], Option<&[u8]>) {
    let at = memchr::memchr(b'?', target).unwrap_or(target.len());
    let (path, rest) = target.split_at_checked(at).unwrap_or((target, b""));
    (path, rest.get(1..))
}
