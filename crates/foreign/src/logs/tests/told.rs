//! What a line tells, in one text, so that a test shows all of it.

use std::fmt::Write;

use crate::logs::{Format, Kind, Line, Parser, Refusal};

/// `name=value` of all that is known, in the order of [`Line`].
pub(super) fn told(line: &Line<'_>) -> String {
    let mut out = String::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let gap = if out.is_empty() { "" } else { " " };
            let _ = write!(out, "{gap}{name}={value}");
        }
    };
    let text = |bytes: Option<&[u8]>| bytes.map(|text| String::from_utf8_lossy(text).into_owned());
    put("at", line.at.map(|at| at.to_string()));
    put("client", line.client.map(|client| client.to_string()));
    put("forwarded", text(line.forwarded));
    put("method", text(line.method));
    put("host", text(line.host));
    put("target", text(line.target));
    put("status", line.status.map(|status| status.to_string()));
    put("bytes", line.bytes.map(|bytes| bytes.to_string()));
    put("took", line.duration_s.map(|took| format!("{:.6}", took)));
    put("server", text(line.server));
    put("backend", text(line.backend));
    put("frontend", text(line.frontend));
    put("agent", text(line.agent));
    put("referer", text(line.referer));
    put("cookies", text(line.cookies));
    put("ended", text(line.ended));
    put("id", text(line.id));
    for named in line.named.all() {
        let kind = match named.kind {
            Kind::Header => "header",
            Kind::Answer => "answer",
            Kind::Cookie => "cookie",
        };
        put(kind, text(Some(&[named.name, b":", named.value].concat())));
    }
    out
}

/// A line of a log that takes several of this file: each break stands for a space.
pub(super) fn joined(text: &str) -> String {
    text.split('\n').map(str::trim_start).collect::<Vec<_>>().join(" ")
}

/// A line in a format tells this.
#[track_caller]
pub(super) fn check(format: &Format, line: &str, expected: &str) {
    let mut parser = Parser::new(format, 0).expect("a format");
    let line = joined(line);
    match parser.read(line.as_bytes()) {
        Ok(read) => assert_eq!(told(&read), expected),
        Err(refusal) => panic!("{refusal}: {line}"),
    }
}

/// A line in a format is refused for this reason.
#[track_caller]
pub(super) fn refused(format: &Format, line: &str, expected: &str) {
    let mut parser = Parser::new(format, 0).expect("a format");
    let line = joined(line);
    let refusal: Result<(), Refusal> = parser.read(line.as_bytes()).map(|_| ());
    let told = refusal.expect_err("a refusal").to_string();
    assert!(told.contains(expected), "{told}: {line}");
}
