//! Takes off what a system logger writes before a line: priority, time, host and process.

/// Loggers write no more than this.
const HEAD_MAX: usize = 256;

/// The line without a logger's head; the line itself where it has none.
pub(super) fn bare(line: &[u8]) -> &[u8] {
    let (rest, marked) = match priority(line) {
        Some(rest) => (rest, true),
        None => (line, false),
    };
    let found = match rest {
        // RFC 5424: version, time, host, program, process, message; then its structured data.
        [b'1', b' ', rest @ ..] if marked => words(rest, 5).and_then(structured),
        _ if marked || is_date(rest) => stream(rest).or_else(|| tag(rest)),
        _ => None,
    };
    found.unwrap_or(line)
}

/// `<134>`.
fn priority(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"<")?;
    let digits = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    rest.get(digits..)?.strip_prefix(b">").filter(|_| digits > 0)
}

/// `Nov 29 00:49:11 ` or `2026-11-29T00:49:11`.
fn is_date(text: &[u8]) -> bool {
    match text {
        [a, b, c, b' ', _, _, b' ', _, _, b':', _, _, b':', ..] => {
            [a, b, c].iter().all(|byte| byte.is_ascii_alphabetic())
        }
        [a, _, _, _, b'-', _, _, b'-', _, _, b'T', _, _, b':', ..] => a.is_ascii_digit(),
        _ => false,
    }
}

/// Behind `2026-11-29T00:49:11.5Z stdout F `, as containers' runtimes write it.
fn stream(text: &[u8]) -> Option<&[u8]> {
    let rest = words(text, 1)?;
    let rest = rest.strip_prefix(b"stdout ").or_else(|| rest.strip_prefix(b"stderr "))?;
    rest.strip_prefix(b"F ").or_else(|| rest.strip_prefix(b"P "))
}

/// Behind `haproxy[811]: ` or `nginx: `.
fn tag(text: &[u8]) -> Option<&[u8]> {
    let head = text.get(..HEAD_MAX).unwrap_or(text);
    let end = memchr::memmem::find(head, b": ")?;
    let before = head.get(..end)?;
    let word = before.rsplit(|&byte| byte == b' ').next()?;
    let is_tag = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_./[]@".contains(byte);
    // Month, day, time, host and program: what comes later is the line's own.
    let spaces = before.iter().filter(|&&byte| byte == b' ').count();
    let is_program = spaces <= 5
        && word.first().is_some_and(u8::is_ascii_alphanumeric)
        && word.iter().all(is_tag);
    text.get(end.checked_add(2)?..).filter(|_| is_program)
}

fn words(text: &[u8], count: usize) -> Option<&[u8]> {
    (0..count).try_fold(text, |rest, _| rest.get(memchr::memchr(b' ', rest)?.checked_add(1)?..))
}

/// Behind `- ` or `[id name="value"] `.
fn structured(text: &[u8]) -> Option<&[u8]> {
    match text.strip_prefix(b"- ") {
        Some(rest) => Some(rest),
        None => text.get(memchr::memmem::find(text, b"] ")?.checked_add(2)?..),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_taken_off() {
        let check = |text: &str, expected: &str| {
            assert_eq!(String::from_utf8_lossy(bare(text.as_bytes())), expected, "{text}");
        };
        check("<134>Nov 29 00:49:11 haproxy[11]: a: b", "a: b");
        check("<190>Nov  9 00:49:11 web1 nginx: ::1 - -", "::1 - -");
        check("Nov  9 00:49:11 web1 nginx: x", "x");
        check("2026-11-29T00:49:11.5+00:00 lb1 haproxy[11]: x", "x");
        check("<134>1 2026-11-29T00:49:11Z lb1 haproxy 11 - - x", "x");
        check("<134>1 2026-11-29T00:49:11Z lb1 haproxy 11 - [a b=\"c\"] x", "x");
        check("2026-11-29T00:49:11.5Z stdout F x: y", "x: y");
        for plain in [
            "",
            "<",
            "<1>",
            "::1 - - x: y",
            "192.0.2.1 - - [29/Nov/2026:00:49:11 +0000] \"GET /: b\"",
            "2026-11-29T00:49:11Z my-elb 192.0.2.1:1 192.0.2.2:80 0 0 0 200 200 0 1 \"GET /: b\"",
        ] {
            check(plain, plain);
        }
    }
}
