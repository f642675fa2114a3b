//! Cuts a message that hyper accepted into its parts, as leniently as hyper does.
//!
//! It shares no code with our parser: what it says about the bytes is a second opinion.

/// The head of a request, cut but not judged.
#[derive(Debug)]
pub(super) struct Lexed<'b> {
    /// What stands before the request line.
    pub(super) before: &'b [u8],
    /// From the request line to the empty line, line ends included.
    pub(super) head: &'b [u8],
    pub(super) method: &'b [u8],
    pub(super) target: &'b [u8],
    pub(super) version: &'b [u8],
    /// Lower-case names, and values without the white space around them.
    pub(super) fields: Vec<(Vec<u8>, &'b [u8])>,
    pub(super) after: &'b [u8],
}

/// Cuts the first request of `bytes`; `None` where there is no whole head.
pub(super) fn lex(bytes: &[u8]) -> Option<Lexed<'_>> {
    let start = bytes.iter().position(|&b| b != b'\r' && b != b'\n')?;
    let (before, rest) = bytes.split_at(start);
    let mut lines = Vec::new();
    let mut at = 0;
    loop {
        let end = at + rest[at..].iter().position(|&b| b == b'\n')?;
        let line = rest[at..end].strip_suffix(b"\r").unwrap_or(&rest[at..end]);
        at = end + 1;
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let (head, after) = rest.split_at(at);
    let mut words = lines.first()?.splitn(3, |&b| b == b' ');
    let mut word = || words.next().unwrap_or_default();
    let (method, target, version) = (word(), word(), word());
    let fields = lines[1..].iter().map(|line| {
        let colon = line.iter().position(|&b| b == b':').unwrap_or(line.len());
        let value = line.get(colon + 1..).unwrap_or_default();
        (line[..colon].to_ascii_lowercase(), trim(value))
    });
    Some(Lexed { before, head, method, target, version, fields: fields.collect(), after })
}

fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

impl<'b> Lexed<'b> {
    pub(super) fn values(&self, name: &str) -> Vec<&'b [u8]> {
        let named = self.fields.iter().filter(|(known, _)| known == name.as_bytes());
        named.map(|(_, value)| *value).collect()
    }

    pub(super) fn is_1_1(&self) -> bool {
        self.version == b"HTTP/1.1"
    }

    /// Scheme and authority of an absolute-form target.
    pub(super) fn absolute(&self) -> Option<(&'b [u8], &'b [u8])> {
        let colon = self.target.windows(3).position(|three| three == b"://")?;
        if self.target.starts_with(b"/") {
            return None;
        }
        let rest = &self.target[colon + 3..];
        let end = rest.iter().position(|b| b"/?#".contains(b)).unwrap_or(rest.len());
        Some((&self.target[..colon], &rest[..end]))
    }
}

/// A chunked body, cut but not judged.
#[derive(Debug, Default)]
pub(super) struct Chunks<'b> {
    /// The lines that open chunks, without their ends.
    pub(super) openings: Vec<&'b [u8]>,
    /// From behind the last chunk's line to the end of the body.
    pub(super) trailer: &'b [u8],
}

/// Cuts the chunked body at the start of `bytes`, as far as it can be followed.
pub(super) fn chunks(mut bytes: &[u8]) -> Chunks<'_> {
    let mut cut = Chunks::default();
    while let Some(end) = bytes.iter().position(|&b| b == b'\r') {
        let opening = &bytes[..end];
        cut.openings.push(opening);
        bytes = bytes.get(end + 2..).unwrap_or_default();
        let size = size(opening);
        if size == 0 {
            let close = bytes.windows(4).position(|four| four == b"\r\n\r\n");
            let empty = bytes.starts_with(b"\r\n");
            let length = if empty { 2 } else { close.map_or(bytes.len(), |at| at + 4) };
            cut.trailer = &bytes[..length];
            break;
        }
        let length = usize::try_from(size).unwrap_or(usize::MAX).saturating_add(2);
        bytes = bytes.get(length..).unwrap_or_default();
    }
    cut
}

/// The digits that open a chunk's line.
pub(super) fn digits(opening: &[u8]) -> &[u8] {
    let end = opening.iter().position(|b| !b.is_ascii_hexdigit()).unwrap_or(opening.len());
    &opening[..end]
}

/// The size that an opening states; what is too large for 64 bits counts as the largest.
fn size(opening: &[u8]) -> u64 {
    digits(opening).iter().fold(0, |sum: u64, &b| {
        let digit = (b as char).to_digit(16).map_or(0, u64::from);
        sum.checked_mul(16).and_then(|sum| sum.checked_add(digit)).unwrap_or(u64::MAX)
    })
}
