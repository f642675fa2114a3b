//! Evenkeel's own access log: one JSON object per line.

use hyper::Method;
use serde::Deserialize;

use super::date;
use super::entry::Entry;

#[derive(Deserialize)]
struct Line {
    time: String,
    client: String,
    method: String,
    path: String,
}

pub(super) fn parse(line: &str) -> Option<Entry> {
    let line: Line = serde_json::from_str(line).ok()?;
    Some(Entry {
        time_ns: date::of_rfc3339(&line.time)?,
        is_coarse: false,
        client: line.client,
        method: Method::from_bytes(line.method.as_bytes()).ok()?,
        path: encoded(&line.path),
    })
}

/// The log shows a byte outside ASCII as the character of the same number; in a URI it has to be
/// percent-encoded (RFC 3986, 2.1).
fn encoded(path: &str) -> String {
    let byte = |char: char| match u8::try_from(char) {
        Ok(byte) if !byte.is_ascii() => format!("%{byte:02X}"),
        _ => char.to_string(),
    };
    path.chars().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_lines_are_read() {
        let line = r#"{"time":"2026-11-28T12:00:00.125Z","client":"10.0.0.7","listener":"web",
            "method":"POST","host":"a","path":"/a?b=\"\u00c3\u00a9","status":200,"attempts":1}"#;
        let entry = parse(line).unwrap();
        assert_eq!((entry.time_ns, entry.is_coarse), (1_795_867_200_125_000_000, false));
        assert_eq!((entry.method, entry.path.as_str()), (Method::POST, "/a?b=\"%C3%A9"));
        assert_eq!(entry.client, "10.0.0.7");
    }
}
