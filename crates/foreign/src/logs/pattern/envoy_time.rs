//! Envoy's formats of times: what one looks like, and whether it can be read.

use crate::logs::time::Clock;

/// The moment that a sample shows, in seconds since the epoch.
const MOMENT_S: f64 = 1_795_963_712.0;

/// A time in this format, and whether such times can be read. Nothing stands for Envoy's own.
pub(super) fn sample(format: &[u8]) -> (Vec<u8>, bool) {
    let format = if format.is_empty() { &b"%Y-%m-%dT%H:%M:%E3SZ"[..] } else { format };
    let (mut sample, mut rest) = (Vec::new(), format);
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != b'%' {
            sample.push(byte);
            continue;
        }
        // `%3f`, `%E6S`, `%Ez`
        let is_width = |byte: &&u8| matches!(byte, b'E' | b'O' | b'*' | b'0'..=b'9');
        let length = rest.iter().take_while(is_width).count();
        let (width, behind) = rest.split_at_checked(length).unwrap_or_default();
        let Some((&letter, behind)) = behind.split_first() else { break };
        part(width, letter, &mut sample);
        rest = behind;
    }
    let read_s = Clock::new(0).read(&sample);
    // One of a day or of a part of a second alone is no moment.
    let is_read = read_s.is_some_and(|read_s| (read_s - MOMENT_S).abs() <= 1.0);
    (sample, is_read)
}

/// What stands for a letter on Sunday, 29 November 2026, 14:48:32 UTC.
fn part(width: &[u8], letter: u8, sample: &mut Vec<u8>) {
    let digits = width.iter().rfind(|byte| byte.is_ascii_digit()).map_or(9, |byte| byte - b'0');
    let text = match letter {
        b'Y' => "2026",
        b'y' => "26",
        b'm' => "11",
        b'd' | b'e' => "29",
        b'b' | b'h' => "Nov",
        b'B' => "November",
        b'a' => "Sun",
        b'A' => "Sunday",
        b'j' => "333",
        b'H' | b'k' => "14",
        b'I' | b'l' => "02",
        b'M' => "48",
        b'S' => "32",
        b'p' => "PM",
        b's' => "1795963712",
        b'z' if width.starts_with(b"E") => "+00:00",
        b'z' => "+0000",
        b'Z' => "UTC",
        b'T' => "14:48:32",
        b'R' => "14:48",
        b'F' => "2026-11-29",
        b'D' => "11/29/26",
        b'c' => "Sun Nov 29 14:48:32 2026",
        b'f' => "",
        b'%' => "%",
        _ => "x",
    };
    sample.extend_from_slice(text.as_bytes());
    if letter == b'S' && !width.is_empty() {
        sample.push(b'.');
    }
    if letter == b'f' || (letter == b'S' && !width.is_empty()) {
        sample.resize(sample.len() + usize::from(digits), b'0');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_a_sample() {
        let check = |format: &str, expected: &str, is_read: bool| {
            let (text, read) = sample(format.as_bytes());
            assert_eq!((String::from_utf8(text).unwrap().as_str(), read), (expected, is_read));
        };
        check("", "2026-11-29T14:48:32.000Z", true);
        check("%d/%b/%Y:%H:%M:%S %z", "29/Nov/2026:14:48:32 +0000", true);
        check("%Y/%m/%dT%H:%M:%S%Ez", "2026/11/29T14:48:32+00:00", true);
        check("%s.%3f", "1795963712.000", true);
        check("%s%6f", "1795963712000000", true);
        check("%H:%M", "14:48", false);
        check("%3f", "000", false);
        check("%", "", false);
    }
}
