//! A line's fields point into the line, or into the parser where they were written otherwise.

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
