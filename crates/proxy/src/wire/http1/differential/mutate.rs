//! Makes requests of which most are nearly right: real ones, changed in a few places.

use balance::Rng;

use super::cookbook::{BYTES, CHUNK_LINES, LINE_ENDS, LINES, MESSAGES, METHODS, TARGETS, VERSIONS};

/// One case: the same generator state gives the same bytes.
pub(in crate::wire::http1) fn case(rng: &mut Rng) -> Vec<u8> {
    if rng.below(32) == 0 {
        return noise(rng);
    }
    let mut bytes = pick(rng, &MESSAGES).as_bytes().to_vec();
    while rng.below(4) == 0 {
        bytes.extend_from_slice(pick(rng, &MESSAGES).as_bytes());
    }
    for _ in 0..[0, 1, 1, 1, 2, 2, 3, 5][rng.below(8)] {
        mutate(rng, &mut bytes);
    }
    bytes
}

fn pick<'a, T: ?Sized>(rng: &mut Rng, of: &[&'a T]) -> &'a T {
    of[rng.below(of.len())]
}

fn noise(rng: &mut Rng) -> Vec<u8> {
    let length = rng.below(80);
    (0..length).map(|_| BYTES[rng.below(BYTES.len())]).collect()
}

fn mutate(rng: &mut Rng, bytes: &mut Vec<u8>) {
    match rng.below(16) {
        0 => change_byte(rng, bytes),
        1 | 2 => insert_byte(rng, bytes),
        3 => remove_range(rng, bytes),
        4 => repeat_line(rng, bytes),
        5 => remove_line(rng, bytes),
        6 | 7 => change_line_end(rng, bytes),
        8..=10 => insert_line(rng, bytes),
        11 => change_word(rng, bytes, 1, &TARGETS),
        12 => change_word(rng, bytes, 0, &METHODS),
        13 => change_word(rng, bytes, 2, &VERSIONS),
        14 => change_chunk_line(rng, bytes),
        _ => stretch(rng, bytes),
    }
}

fn change_byte(rng: &mut Rng, bytes: &mut [u8]) {
    if !bytes.is_empty() {
        let at = rng.below(bytes.len());
        bytes[at] = match rng.below(3) {
            0 => bytes[at] ^ 1 << rng.below(8),
            1 => BYTES[rng.below(BYTES.len())],
            _ => rng.bits() as u8,
        };
    }
}

fn insert_byte(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let at = rng.below(bytes.len() + 1);
    bytes.insert(at, BYTES[rng.below(BYTES.len())]);
}

fn remove_range(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let start = rng.below(bytes.len() + 1);
    // Now and then all the rest: a message that breaks off.
    let length = if rng.below(4) == 0 { bytes.len() } else { 1 + rng.below(6) };
    bytes.drain(start..(start + length).min(bytes.len()));
}

/// Some line's place, its end included.
fn line(rng: &mut Rng, bytes: &[u8]) -> std::ops::Range<usize> {
    let at = rng.below(bytes.len() + 1);
    let start = bytes[..at].iter().rposition(|&b| b == b'\n').map_or(0, |lf| lf + 1);
    let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |lf| start + lf + 1);
    start..end
}

fn repeat_line(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let place = line(rng, bytes);
    let copy = bytes[place.clone()].to_vec();
    // Sometimes often enough to meet a limit.
    for _ in 0..[1, 1, 1, 3, 40][rng.below(5)] {
        bytes.splice(place.end..place.end, copy.iter().copied());
    }
}

fn remove_line(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let place = line(rng, bytes);
    bytes.drain(place);
}

fn change_line_end(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let place = line(rng, bytes);
    if bytes[place.clone()].ends_with(b"\r\n") {
        let end = pick(rng, &LINE_ENDS).bytes();
        bytes.splice(place.end - 2..place.end, end);
    }
}

fn insert_line(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let place = line(rng, bytes);
    let added = format!("{}\r\n", pick(rng, &LINES));
    // Behind the line: before it would often be before the request line.
    let at = if rng.below(8) == 0 { place.start } else { place.end };
    bytes.splice(at..at, added.into_bytes());
}

/// Puts another word into the first line.
fn change_word(rng: &mut Rng, bytes: &mut Vec<u8>, index: usize, words: &[&str]) {
    let end = memchr::memchr(b'\r', bytes).unwrap_or(bytes.len());
    let mut parts: Vec<&[u8]> = bytes[..end].split(|&b| b == b' ').collect();
    if index < parts.len() {
        parts[index] = pick(rng, words).as_bytes();
        let line = parts.join(&b' ');
        bytes.splice(..end, line);
    }
}

/// Changes a line that opens a chunk; where there is none, adds a small chunked body.
fn change_chunk_line(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let body = memchr::memmem::find(bytes, b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
    let place = body + line(rng, &bytes[body..]).start..body;
    let end = memchr::memchr(b'\r', &bytes[place.start..]).map(|at| place.start + at);
    let opening = pick(rng, &CHUNK_LINES).bytes();
    match end {
        Some(end) => drop(bytes.splice(place.start..end, opening)),
        None => bytes.extend(opening.chain(*b"\r\nhello\r\n0\r\n\r\n")),
    }
}

/// Repeats a byte so often that it meets a limit.
fn stretch(rng: &mut Rng, bytes: &mut Vec<u8>) {
    if !bytes.is_empty() && rng.below(4) == 0 {
        let at = rng.below(bytes.len());
        let length = [20, 300, 2000, 5000][rng.below(4)];
        let byte = bytes[at];
        bytes.splice(at..at, std::iter::repeat_n(byte, length));
    }
}
