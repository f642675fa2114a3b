//! One line of an access log, whichever way it is written.

use hyper::Method;
use hyper::http::uri::PathAndQuery;

use super::{combined, json};

/// A request that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Since 1970, in nanoseconds.
    pub(super) time_ns: i64,
    /// Whether the time is known to the second only.
    pub(super) is_coarse: bool,
    pub(super) client: String,
    pub(super) method: Method,
    pub(super) path: String,
}

/// Longest path that is sent again.
const PATH_BYTES_MAX: usize = 8 * 1024;

/// Reads a line; `None` when it is no request that could be made again.
pub(super) fn parse(line: &str) -> Option<Entry> {
    let line = line.trim();
    let entry = if line.starts_with('{') { json::parse(line) } else { combined::parse(line) }?;
    let sendable = entry.path.starts_with('/')
        && entry.path.len() <= PATH_BYTES_MAX
        && PathAndQuery::try_from(entry.path.as_str()).is_ok()
        && entry.method != Method::CONNECT
        && !entry.client.is_empty();
    sendable.then_some(entry)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Goal: no line does harm, and what is read can be sent. Method: any text, and true lines
        /// with any part of them replaced.
        #[test]
        fn any_line_is_read_or_left_out(text in ".*", from in 0_usize..80, length in 0_usize..40) {
            let combined = r#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 200 0"#;
            let json =
                r#"{"time":"2026-11-28T12:00:00Z","client":"a","method":"GET","path":"/"}"#;
            let mut lines = vec![text.clone()];
            for line in [combined, json] {
                let from = from.min(line.len());
                let mut line = line.to_owned();
                line.replace_range(from..(from + length).min(line.len()), &text);
                lines.push(line);
            }
            for entry in lines.iter().filter_map(|line| parse(line)) {
                prop_assert!(PathAndQuery::try_from(entry.path.as_str()).is_ok());
            }
        }
    }

    /// Goal: what cannot be sent is left out, and no line does harm. Method: lines that go wrong.
    #[test]
    fn lines_that_are_no_requests() {
        for line in [
            "",
            "-",
            "{",
            "{}",
            "[[[[",
            "\u{0}\"\"",
            r#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "-" 400 0"#,
            r#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "\x16\x03" 400 0"#,
            r#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET http://a/ HTTP/1.1" 400 0"#,
            r#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "CONNECT /a HTTP/1.1" 400 0"#,
            r#"1.2.3.4 - - [99/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 0"#,
            r#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET /"#,
            r#"{"time":"2026-11-28T12:00:00.000Z","client":"1.2.3.4","method":"","path":""}"#,
            r#"{"time":"2026-11-28T12:00:00.000Z","client":7,"method":"GET","path":"/"}"#,
            r#"{"time":"noon","client":"1.2.3.4","method":"GET","path":"/"}"#,
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
