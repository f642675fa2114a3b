//! What a parser remembers of earlier lines changes nothing but the time it takes.

use super::told::told;
use crate::logs::{Format, Parser};

/// Goal: a parser keeps nothing of a line. Method: lines with escapes, the longer one first.
#[test]
fn no_line_shines_through_the_next() {
    let mut parser = Parser::new(&Format::Common, 0).expect("a format");
    for target in ["/long\\x41long\\x41", "/\\x42", "/c"] {
        let line =
            format!("1.2.3.4 - - [29/Nov/2026:00:49:11 +0000] \"GET {target} HTTP/1.1\" 200 3");
        let read = parser.read(line.as_bytes()).expect("a line");
        let expected = target.replace("\\x41", "A").replace("\\x42", "B");
        assert_eq!(read.target, Some(expected.as_bytes()));
    }
}

/// Goal: a line that is all escapes has room enough. Method: a parser that has read nothing else.
#[test]
fn a_request_of_escapes_alone() {
    let mut parser = Parser::new(&Format::HaproxyClf, 0).expect("a format");
    let target = format!("/{}", "#23".repeat(100));
    let line = format!("::1 - - [29/Nov/2026:00:49:11 +0000] \"GET {target} HTTP/1.1");
    let read = parser.read(line.as_bytes()).expect("a line");
    let expected = format!("/{}", "#".repeat(100));
    assert_eq!(read.target.map(String::from_utf8_lossy).as_deref(), Some(&*expected));
}

/// Goal: keys mean the same in any order. Method: one parser, lines whose keys change places.
#[test]
fn keys_may_change_their_places() {
    let mut parser = Parser::new(&Format::Json, 0).expect("a format");
    for line in [
        r#"{"status":200,"x":null,"method":"GET","uri":"/a"}"#,
        r#"{"method":"GET","status":200,"uri":"/a"}"#,
        r#"{"a":{"b":[1,2],"c":"status"},"uri":"/a","status":200,"method":"GET"}"#,
        r#"{"uri":"/a","x":[{"status":404},"y"],"method":"GET","status":200}"#,
        r#"{"status":200,"x":null,"method":"GET","uri":"/a"}"#,
    ] {
        let read = parser.read(line.as_bytes()).expect("a line");
        assert_eq!(told(&read), "method=GET target=/a status=200", "{line}");
    }
}
