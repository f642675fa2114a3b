//! Bodies of every framing, in pieces of every size.

use super::*;

/// Feeds `input` in pieces of every size; all must give the same.
fn check(form: Form, input: &str, expected: Result<(&str, &str), BadBody>) {
    for size in 1..=input.len() {
        let mut body = Body::new(Framing::Chunked, form);
        let (mut sent, mut left) = (Vec::new(), Vec::new());
        let mut result = Ok(());
        for piece in input.as_bytes().chunks(size) {
            let mut rewritten = Vec::new();
            match body.take(piece, &mut rewritten) {
                Ok(Passage::AsIs(taken)) => {
                    sent.extend_from_slice(&piece[..taken]);
                    left.extend_from_slice(&piece[taken..]);
                }
                Ok(Passage::Rewritten(taken)) => {
                    sent.extend_from_slice(&rewritten);
                    left.extend_from_slice(&piece[taken..]);
                }
                Err(bad) => result = result.and(Err(bad)),
            }
            if result.is_err() {
                break;
            }
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let got = result.map(|()| (text(&sent), text(&left)));
        let expected = expected.map(|(s, l)| (s.to_owned(), l.to_owned()));
        assert_eq!(got, expected, "{input:?} in pieces of {size}");
        assert_eq!(body.is_done(), expected.is_ok(), "{input:?} in pieces of {size}");
    }
}

#[test]
fn chunks_pass() {
    let plain = "5\r\nhello\r\n0\r\n\r\n";
    check(Form::Chunks, plain, Ok((plain, "")));
    check(Form::Bare, plain, Ok(("hello", "")));
    check(Form::Chunks, "0\r\n\r\nGET /", Ok(("0\r\n\r\n", "GET /")));
    check(Form::Chunks, "5;a=\"b\"\r\nhello\r\n0\r\n\r\n", Ok((plain, "")));
}

#[test]
fn trailers_are_filtered() {
    let input = "0\r\nx-sum: 1\r\nContent-Length: 5\r\nHost: evil\r\nx-b:2\r\n\r\nrest";
    check(Form::Chunks, input, Ok(("0\r\nx-sum: 1\r\nx-b: 2\r\n\r\n", "rest")));
    check(Form::Bare, input, Ok(("", "rest")));
}

#[test]
fn bad_framing_is_refused() {
    for input in [
        "\r\n",
        "x\r\n",
        "0x1\r\na",
        "+5\r\n",
        "-0\r\n\r\n",
        " 5\r\n",
        "5 \r\n",
        "5\n",
        "5\rhello",
        "11111111111111111\r\n",
        "fffffffffffffffff\r\n",
        "1\r\nab",
        "1\r\na\n",
        "1\r\na\rx",
        "0\r\n x\r\n\r\n",
        "0\r\nnocolon\r\n\r\n",
        "0\r\n\n",
        "5;a\x01\r\n",
        "5;a\n",
        "5;\rx",
        "0\r\na: \x00\r\n\r\n",
        "0\r\na b: 1\r\n\r\n",
    ] {
        check(Form::Chunks, input, Err(BadBody));
    }
}

#[test]
fn lengths_end_where_they_say() {
    let mut body = Body::new(Framing::Length(5), Form::Chunks);
    assert_eq!(body.take(b"hel", &mut Vec::new()), Ok(Passage::AsIs(3)));
    assert!(!body.close());
    assert_eq!(body.take(b"loGET", &mut Vec::new()), Ok(Passage::AsIs(2)));
    assert!(body.is_done() && body.passed == 5);
    assert!(Body::new(Framing::Length(0), Form::Chunks).is_done());
    assert!(Body::new(Framing::UntilClose, Form::Chunks).close());
}
