//! The responses that an origin gets wrong, and what a client may see of them.

/// One response to one request.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) method: &'static str,
    pub(super) bytes: Vec<u8>,
    /// The origin closes behind it.
    pub(super) closes: bool,
    pub(super) seen: Seen,
}

/// What the client sees.
#[derive(Clone, Copy)]
pub(super) enum Seen {
    /// A 502 by the balancer.
    Refused,
    /// A 502, or a response that is visibly cut.
    Broken,
    /// A whole response that ends like this.
    Whole(&'static str),
    NotModified,
    /// An interim response, then the final one as it was.
    Interim,
}

fn case(name: &'static str, bytes: impl AsRef<[u8]>, seen: Seen) -> Case {
    Case { name, method: "GET", bytes: bytes.as_ref().to_vec(), closes: false, seen }
}

/// A head that is refused.
fn bad(name: &'static str, bytes: impl AsRef<[u8]>) -> Case {
    case(name, bytes, Seen::Refused)
}

/// A status line that is refused.
fn line(name: &'static str, line: &str) -> Case {
    bad(name, format!("{line}\r\ncontent-length: 6\r\n\r\npoison"))
}

/// Fields that are refused.
fn fields(name: &'static str, fields: &str) -> Case {
    bad(name, format!("HTTP/1.1 200 OK\r\n{fields}\r\n6\r\npoison\r\n0\r\n\r\n"))
}

/// A chunked body that goes wrong.
fn chunks(name: &'static str, body: &str) -> Case {
    let bytes = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{body}");
    case(name, bytes, Seen::Broken)
}

/// Ends too early, by a close.
fn early(name: &'static str, bytes: &str, seen: Seen) -> Case {
    Case { closes: true, ..case(name, bytes, seen) }
}

pub(super) fn cases() -> Vec<Case> {
    let mut all = status_lines();
    all.extend(framing());
    all.extend(heads());
    all.extend(bodies());
    all.extend(too_much());
    all.extend(announced());
    all
}

fn status_lines() -> Vec<Case> {
    vec![
        line("status 099", "HTTP/1.1 099 X"),
        line("status 000", "HTTP/1.1 000 X"),
        line("status 1000", "HTTP/1.1 1000 X"),
        line("status 600", "HTTP/1.1 600 X"),
        line("status 999", "HTTP/1.1 999 X"),
        line("status of two digits", "HTTP/1.1 20 X"),
        line("status with a sign", "HTTP/1.1 +20 X"),
        line("status of letters", "HTTP/1.1 abc X"),
        line("no status", "HTTP/1.1"),
        line("no space behind the status", "HTTP/1.1 200OK"),
        line("two spaces before the status", "HTTP/1.1  200 OK"),
        line("HTTP/2.0", "HTTP/2.0 200 OK"),
        line("HTTP/1.2", "HTTP/1.2 200 OK"),
        line("HTTP/0.9", "HTTP/0.9 200 OK"),
        line("lower case", "http/1.1 200 OK"),
        line("ICY", "ICY 200 OK"),
        line("101 that nobody asked for", "HTTP/1.1 101 Switching Protocols"),
        line("a request", "GET /poison HTTP/1.1"),
        line("NUL in the reason", "HTTP/1.1 200 O\0K"),
        bad("no head at all", "poison\r\n\r\n"),
        bad("bytes of another protocol", b"\x15\x03\x03\x00\x02\x02\x28\r\n\r\n"),
    ]
}

fn framing() -> Vec<Case> {
    vec![
        fields("length and chunks", "content-length: 6\r\ntransfer-encoding: chunked\r\n"),
        fields("chunks and length", "transfer-encoding: chunked\r\ncontent-length: 6\r\n"),
        fields("two lengths", "content-length: 6\r\ncontent-length: 7\r\n"),
        fields("list of lengths", "content-length: 6, 7\r\n"),
        fields("list of the same length", "content-length: 6, 6\r\n"),
        fields("length with a sign", "content-length: +6\r\n"),
        fields("negative length", "content-length: -6\r\n"),
        fields("empty length", "content-length:\r\n"),
        fields("hexadecimal length", "content-length: 0x6\r\n"),
        fields("length beyond 64 bits", "content-length: 18446744073709551622\r\n"),
        fields("unknown encoding", "transfer-encoding: cow\r\n"),
        fields("identity", "transfer-encoding: identity\r\n"),
        fields("gzip and chunked", "transfer-encoding: gzip, chunked\r\n"),
        fields("chunked twice", "transfer-encoding: chunked, chunked\r\n"),
        fields("two encodings", "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n"),
        fields("vertical tab behind chunked", "transfer-encoding: chunked\x0b\r\n"),
        bad(
            "chunks in HTTP/1.0",
            "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\npoison\r\n0\r\n\r\n",
        ),
    ]
}

fn heads() -> Vec<Case> {
    let storm = "HTTP/1.1 102 Processing\r\n\r\n".repeat(40);
    let endless = format!("HTTP/1.1 200 OK\r\nx: {}", "a".repeat(70_000));
    let many = format!("HTTP/1.1 200 OK\r\n{}", "x: a\r\n".repeat(20_000));
    vec![
        bad("LF behind the status line", "HTTP/1.1 200 OK\ncontent-length: 6\r\n\r\npoison"),
        bad("LF behind a field", "HTTP/1.1 200 OK\r\ncontent-length: 6\n\r\npoison"),
        bad("LF everywhere", "HTTP/1.1 200 OK\ncontent-length: 6\n\npoison"),
        fields("CR in a value", "x: a\rb\r\n"),
        fields("CR hides a field", "x: a\rset-cookie: poison\r\n"),
        fields("LF hides a field", "x: a\nset-cookie: poison\r\n"),
        fields("NUL in a value", "x: a\0b\r\n"),
        fields("folded field", "x: a\r\n poison\r\n"),
        fields("folded length", "content-length:\r\n 6\r\n"),
        fields("indented first field", " x: a\r\n"),
        fields("space before the colon", "content-length : 6\r\n"),
        fields("no colon", "poison\r\n"),
        fields("no name", ": poison\r\n"),
        fields("space in a name", "x y: a\r\n"),
        fields("non-ASCII name", "é: a\r\n"),
        bad("storm of interim responses", storm + "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"),
        bad("head without end", endless),
        bad("fields without end", many),
        early("closes without a word", "", Seen::Refused),
        early("closes in the status line", "HTTP/1.1 20", Seen::Refused),
        early("closes in a field", "HTTP/1.1 200 OK\r\ncontent-le", Seen::Refused),
        early("closes after an interim response", "HTTP/1.1 103 X\r\n\r\n", Seen::Refused),
    ]
}

fn bodies() -> Vec<Case> {
    let plain = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello";
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n";
    vec![
        chunks("size of letters", "x\r\npoison\r\n0\r\n\r\n"),
        chunks("empty size", "\r\npoison\r\n0\r\n\r\n"),
        chunks("size with a prefix", "0x6\r\npoison\r\n0\r\n\r\n"),
        chunks("size with a space", "6 \r\npoison\r\n0\r\n\r\n"),
        chunks("size beyond 64 bits", "10000000000000006\r\npoison\r\n0\r\n\r\n"),
        chunks("LF behind a size", "6\npoison\r\n0\r\n\r\n"),
        chunks("LF behind data", "2\r\nhi\n6\r\npoison\r\n0\r\n\r\n"),
        chunks("data longer than said", "2\r\nhipoison\r\n0\r\n\r\n"),
        chunks("CR in an extension", "6;\rx\r\npoison\r\n0\r\n\r\n"),
        chunks("trailer without colon", "0\r\npoison\r\n\r\n"),
        chunks("folded trailer", "0\r\na: b\r\n poison\r\n\r\n"),
        early("closes in the body", plain, Seen::Broken),
        early("closes before the body", &plain[..plain.len() - 5], Seen::Broken),
        early("closes between chunks", chunked, Seen::Broken),
        early("closes in a chunk", &chunked[..chunked.len() - 4], Seen::Broken),
        early("closes before the last line end", &format!("{chunked}0\r\n"), Seen::Broken),
    ]
}

/// Good responses with something behind them: the client sees the first, nobody the second.
fn too_much() -> Vec<Case> {
    let second = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison";
    let ok = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
    let head =
        |name, bytes: String| Case { method: "HEAD", ..case(name, bytes, Seen::Whole("\r\n")) };
    vec![
        case("two responses", format!("{ok}{second}"), Seen::Whole("\r\n\r\nhello")),
        case("bytes behind a length", format!("{ok}poison"), Seen::Whole("\r\n\r\nhello")),
        case("line end behind a length", format!("{ok}\r\n"), Seen::Whole("\r\n\r\nhello")),
        case(
            "two responses, the first chunked",
            format!(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n\
                 {second}"
            ),
            Seen::Whole("5\r\nhello\r\n0\r\n\r\n"),
        ),
        case("body on 204", format!("HTTP/1.1 204 X\r\n\r\n{second}"), Seen::Whole("\r\n\r\n")),
        case(
            "announced body on 204",
            "HTTP/1.1 204 X\r\ncontent-length: 6\r\n\r\npoison",
            Seen::Whole("\r\n\r\n"),
        ),
        case(
            "chunked body on 204",
            "HTTP/1.1 204 X\r\ntransfer-encoding: chunked\r\n\r\n6\r\npoison\r\n0\r\n\r\n",
            Seen::Whole("\r\n\r\n"),
        ),
        case("body on 304", "HTTP/1.1 304 X\r\ncontent-length: 6\r\n\r\npoison", Seen::NotModified),
        head("body on HEAD", "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison".to_owned()),
        head("second response on HEAD", format!("HTTP/1.1 200 OK\r\n\r\n{second}")),
        head(
            "chunked body on HEAD",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\npoison\r\n0\r\n\r\n"
                .to_owned(),
        ),
    ]
}

/// Bodies announced where none may be, which have not come yet: when they do, nobody gets them.
fn announced() -> Vec<Case> {
    let ok = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
    let chunked = "transfer-encoding: chunked\r\n\r\n";
    vec![
        case("length on 204", "HTTP/1.1 204 X\r\ncontent-length: 6\r\n\r\n", Seen::Whole("\r\n")),
        case("chunks on 204", format!("HTTP/1.1 204 X\r\n{chunked}"), Seen::Whole("\r\n")),
        case("chunks on 304", format!("HTTP/1.1 304 X\r\n{chunked}"), Seen::NotModified),
        case(
            "length on 103",
            format!("HTTP/1.1 103 X\r\ncontent-length: 6\r\n\r\n{ok}"),
            Seen::Interim,
        ),
    ]
}
