//! The common and the combined log format of Apache and nginx.

use hyper::Method;

use super::date;
use super::entry::Entry;

/// `CLIENT IDENT USER [10/Oct/2000:13:55:36 -0700] "METHOD PATH VERSION" STATUS BYTES …`; what
/// follows the request is not looked at.
pub(super) fn parse(line: &str) -> Option<Entry> {
    let client = line.split_whitespace().next()?;
    // Names of users may have spaces in them: the time is found by its brackets.
    let (_, rest) = line.split_once(" [")?;
    let (time, rest) = rest.split_once(']')?;
    let (_, rest) = rest.split_once('"')?;
    let (request, _) = rest.split_once('"')?;
    let mut parts = request.split(' ');
    let method = Method::from_bytes(parts.next()?.as_bytes()).ok()?;
    // Servers write what is no ASCII as `\xC3`.
    let path = parts.next()?.replace("\\x", "%");
    let time_ns = date::of_combined(time)?.checked_mul(1_000_000_000)?;
    Some(Entry { time_ns, is_coarse: true, client: client.to_owned(), method, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_are_read() {
        let common =
            r#"127.0.0.1 - frank m [10/Oct/2000:13:55:36 -0700] "GET /a?b\xC3\xA9 HTTP/1.0" 200 9"#;
        let combined = format!(r#"{common} "http://www.example.com/start" "Mozilla/4.08 [en]""#);
        for line in [common, &combined] {
            let entry = parse(line).unwrap();
            assert_eq!(entry.time_ns, 971_211_336_000_000_000);
            assert_eq!((entry.client.as_str(), entry.path.as_str()), ("127.0.0.1", "/a?b%C3%A9"));
            assert_eq!(entry.method, Method::GET);
        }
    }
}
