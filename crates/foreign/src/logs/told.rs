//! What a log tells of something that a request may have: nothing, that it was not there, or what
//! it was.

/// What a log tells of something that a request may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told<'a> {
    /// The log does not have it.
    Untold,
    /// The log has a column for it, and this request did not have it.
    Absent,
    /// This is what was sent.
    Value(&'a [u8]),
}

/// Columns of a line that say that there was nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Silent(u8);

impl Silent {
    /// `Host`
    pub const HOST: Silent = Silent(1);
    /// `X-Forwarded-For`
    pub const FORWARDED: Silent = Silent(2);
    /// `User-Agent`
    pub const AGENT: Silent = Silent(4);
    /// `Referer`
    pub const REFERER: Silent = Silent(8);
    /// `Cookie`
    pub const COOKIES: Silent = Silent(16);
    /// Who served it
    pub const SERVER: Silent = Silent(64);
    /// The log has all fields of every head.
    pub const HEADERS: Silent = Silent(32);

    /// Whether one of these columns is among them.
    pub fn has(self, column: Silent) -> bool {
        self.0 & column.0 != 0
    }

    pub(super) fn add(&mut self, column: Silent) {
        self.0 |= column.0;
    }

    /// The column of a field of the head that every line has a place for.
    pub(super) fn of_header(name: &[u8]) -> Option<Silent> {
        let known = [
            (&b"host"[..], Silent::HOST),
            (b"x-forwarded-for", Silent::FORWARDED),
            (b"user-agent", Silent::AGENT),
            (b"referer", Silent::REFERER),
            (b"cookie", Silent::COOKIES),
        ];
        let found = known.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, column)| *column)
    }
}
