//! What one line of a firewall's log turns out to be.

use evenness::Sighting;

/// A line that was read. Times are seconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The firewall did something.
    Entry(Entry),
    /// The firewall lives, and did nothing that is counted.
    Alive(u64),
    /// Somebody else wrote it into the same file.
    Foreign(u64),
    /// The logger has left lines out.
    Suppressed(u64, u64),
    /// The firewall's log tells nothing of a stretch.
    Skipped(u64, u64),
    /// Words about the lines that follow, such as a header.
    Heading,
    /// Not in the format.
    Unknown,
}

/// Something that a firewall did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// When; of a flow its end.
    pub(crate) at_s: u64,
    /// What.
    pub(crate) seen: Sighting,
    /// The port it was on its way to, where it has one.
    pub(crate) port: Option<u16>,
}

impl Line {
    /// When it was written, or what the latest thing is that it tells of.
    pub(crate) fn at_s(&self) -> Option<u64> {
        match *self {
            Line::Entry(entry) => Some(entry.at_s),
            Line::Alive(at_s) | Line::Foreign(at_s) | Line::Suppressed(at_s, _) => Some(at_s),
            Line::Skipped(_, to_s) => Some(to_s),
            Line::Heading | Line::Unknown => None,
        }
    }

    /// Whether the firewall itself has spoken.
    pub(crate) fn speaks(&self) -> bool {
        matches!(self, Line::Entry(_) | Line::Alive(_) | Line::Skipped(..))
    }
}
