//! VPC flow logs of Amazon: one flow a line, in the default order or under a header.
//!
//! A flow is counted in the second in which it ends, with its packets. The default order has no
//! TCP flags; with the field `tcp-flags` refused flows that only asked for a connection are told
//! apart.

use evenness::{Ruling, Sighting};
use memchr::memchr;

use super::kernel::address;
use super::line::{Entry, Line};

/// The order of version 2, which nothing announces.
const DEFAULT: &[u8] = b"version account-id interface-id srcaddr dstaddr srcport dstport protocol \
    packets bytes start end action log-status";

/// No record has more fields.
const COLUMNS_MAX: usize = 64;

const SYN: u64 = 2;
const ACK: u64 = 16;

/// The fields that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Version,
    Source,
    Port,
    Packets,
    Bytes,
    Start,
    End,
    Action,
    Status,
    Flags,
    Direction,
    Other,
}

/// Which field stands where.
#[derive(Clone, Debug)]
pub(crate) struct Columns(Vec<Field>);

impl Default for Columns {
    fn default() -> Self {
        Columns(DEFAULT.split(|&byte| byte == b' ').map(field).collect())
    }
}

fn field(name: &[u8]) -> Field {
    match name {
        b"version" => Field::Version,
        b"srcaddr" => Field::Source,
        b"dstport" => Field::Port,
        b"packets" => Field::Packets,
        b"bytes" => Field::Bytes,
        b"start" => Field::Start,
        b"end" => Field::End,
        b"action" => Field::Action,
        b"log-status" => Field::Status,
        b"tcp-flags" => Field::Flags,
        b"flow-direction" => Field::Direction,
        _ => Field::Other,
    }
}

impl Columns {
    /// Reads a line; a header changes how the lines behind it are read.
    pub(crate) fn read(&mut self, line: &[u8]) -> Line {
        let line = without_time(line.trim_ascii());
        if let Some(columns) = Columns::of_header(line) {
            *self = columns;
            return Line::Heading;
        }
        self.record(line).unwrap_or(Line::Unknown)
    }

    fn of_header(line: &[u8]) -> Option<Columns> {
        if !line.first().is_some_and(u8::is_ascii_lowercase) {
            return None;
        }
        let fields: Vec<Field> =
            line.split(|&byte| byte == b' ').take(COLUMNS_MAX).map(field).collect();
        let needed = [Field::Source, Field::End, Field::Action];
        needed.iter().all(|field| fields.contains(field)).then_some(Columns(fields))
    }

    fn record(&self, line: &[u8]) -> Option<Line> {
        let mut said = Said::default();
        let mut rest = line;
        for (index, field) in self.0.iter().enumerate() {
            let end = memchr(b' ', rest).unwrap_or(rest.len());
            let (word, tail) = rest.split_at(end);
            // One field too few or too many: the line is in another order.
            if tail.is_empty() != (index + 1 == self.0.len()) {
                return None;
            }
            said.take(*field, word)?;
            rest = tail.get(1..).unwrap_or_default();
        }
        said.line()
    }
}

/// What CloudWatch puts before each line that it exports.
fn without_time(line: &[u8]) -> &[u8] {
    match line {
        [_, _, _, _, b'-', _, _, b'-', _, _, b'T', ..] => {
            memchr(b' ', line).map_or(line, |space| &line[space + 1..])
        }
        _ => line,
    }
}

#[derive(Default)]
struct Said<'l> {
    source: &'l [u8],
    port: Option<u64>,
    packets: Option<u64>,
    bytes: Option<u64>,
    start_s: Option<u64>,
    end_s: Option<u64>,
    action: &'l [u8],
    status: &'l [u8],
    flags: Option<u64>,
    leaves: bool,
}

impl<'l> Said<'l> {
    /// Takes a field in; `None` where it is neither a number nor `-` and should be one.
    fn take(&mut self, field: Field, word: &'l [u8]) -> Option<()> {
        match field {
            Field::Source => self.source = word,
            Field::Action => self.action = word,
            Field::Status => self.status = word,
            Field::Direction => self.leaves = word == b"egress",
            // A line that does not begin with a number is no record.
            Field::Version => number(word).map(|_| ())?,
            Field::Port => self.port = number(word)?,
            Field::Packets => self.packets = number(word)?,
            Field::Bytes => self.bytes = number(word)?,
            Field::Start => self.start_s = number(word)?,
            Field::End => self.end_s = number(word)?,
            Field::Flags => self.flags = number(word)?,
            Field::Other => {}
        }
        Some(())
    }

    fn line(&self) -> Option<Line> {
        let at_s = self.end_s?;
        match self.status {
            b"SKIPDATA" => return Some(Line::Skipped(self.start_s.unwrap_or(at_s), at_s)),
            b"NODATA" => return Some(Line::Alive(at_s)),
            b"OK" | b"" => {}
            _ => return None,
        }
        let verdict = match self.action {
            b"ACCEPT" => Ruling::Accepted,
            b"REJECT" => Ruling::Dropped,
            _ => return None,
        };
        if self.leaves {
            return Some(Line::Alive(at_s));
        }
        let source = address(self.source)?;
        let syn = self.flags.is_some_and(|flags| flags & (SYN | ACK) == SYN);
        let (packets, bytes) = (self.packets.unwrap_or(1), self.bytes.unwrap_or(0));
        let seen = Sighting { verdict, source, packets, bytes, syn };
        let port = self.port.and_then(|port| u16::try_from(port).ok());
        // Protocols without ports have 0 here.
        Some(Line::Entry(Entry { at_s, seen, port: port.filter(|port| *port > 0) }))
    }
}

/// A number, or no number for `-`.
fn number(word: &[u8]) -> Option<Option<u64>> {
    if word == b"-" {
        return Some(None);
    }
    let digits = |sum: Option<u64>, byte: &u8| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        sum?.checked_mul(10)?.checked_add(digit)
    };
    if word.is_empty() { None } else { word.iter().fold(Some(0), digits).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Vec<Line> {
        let mut columns = Columns::default();
        lines.iter().map(|line| columns.read(line.as_bytes())).collect()
    }

    fn entry(line: Line) -> Entry {
        match line {
            Line::Entry(entry) => entry,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_default_order_needs_no_header() {
        let lines = read(&[
            "2 111122223333 eni-0a1b2c3d 203.0.113.7 10.0.0.5 51515 443 6 20 4249 1714561140 \
             1714561200 REJECT OK",
            "2024-05-01T11:00:00.000Z 2 111122223333 eni-0a1b2c3d 2001:db8::7 2001:db8::1 0 0 58 \
             2 160 1714561140 1714561200 ACCEPT OK",
        ]);
        let (refused, let_in) = (entry(lines[0]), entry(lines[1]));
        assert_eq!((refused.at_s, refused.port), (1_714_561_200, Some(443)));
        let source = "203.0.113.7".parse().expect("an address");
        let verdict = Ruling::Dropped;
        let expected = Sighting { verdict, source, packets: 20, bytes: 4249, syn: false };
        assert_eq!(refused.seen, expected);
        assert_eq!((let_in.seen.verdict, let_in.port), (Ruling::Accepted, None));
    }

    #[test]
    fn silence_and_loss_are_told_apart() {
        let lines = read(&[
            "2 111122223333 eni-1 - - - - - - - 1714561140 1714561200 - NODATA",
            "2 111122223333 eni-1 - - - - - - - 1714561140 1714561200 - SKIPDATA",
        ]);
        let expected = [Line::Alive(1_714_561_200), Line::Skipped(1_714_561_140, 1_714_561_200)];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_header_gives_the_order() {
        let lines = read(&[
            "end srcaddr dstport action tcp-flags flow-direction packets",
            "1714561200 203.0.113.7 443 REJECT 2 ingress 3",
            "1714561200 203.0.113.7 443 REJECT 18 ingress 3",
            "1714561200 10.0.0.5 51515 ACCEPT 18 egress 3",
            "1714561200 203.0.113.7 443 REJECT 2 ingress",
            "version srcaddr",
        ]);
        assert_eq!(lines[0], Line::Heading);
        assert!(entry(lines[1]).seen.syn && !entry(lines[2]).seen.syn);
        assert_eq!(lines[3..], [Line::Alive(1_714_561_200), Line::Unknown, Line::Unknown]);
    }

    #[test]
    fn what_is_no_record_is_not_understood() {
        for line in [
            "",
            "2",
            "x 1 e 192.0.2.1 192.0.2.2 1 2 6 1 1 5 6 ACCEPT OK",
            "2 1 e 192.0.2.1 192.0.2.2 1 2 6 1 1 5 6 ACCEPT OK more",
            "2 1 e 192.0.2.1 192.0.2.2 1 2 6 1 1 5 6 MAYBE OK",
            "2 1 e 192.0.2 192.0.2.2 1 2 6 1 1 5 6 ACCEPT OK",
            "2 1 e 192.0.2.1 192.0.2.2 1 2 6 x 1 5 6 ACCEPT OK",
            "2 1 e 192.0.2.1 192.0.2.2 1 2 6 1 99999999999999999999 5 6 ACCEPT OK",
            "2 1 e 192.0.2.1 192.0.2.2 1 2 6 1 1 5 - ACCEPT OK",
        ] {
            assert_eq!(read(&[line]), [Line::Unknown], "{line}");
        }
    }
}
