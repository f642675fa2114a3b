//! Whole logs: packed and cut, long lines, odd ends, one thread and several.

use std::io::{self, Cursor, Read, Write};

use flate2::{Compression, write::GzEncoder};

use crate::logs::{Asked, Format, LINE_MAX, OpenError, Reader, Summary};

fn line(number: usize) -> String {
    format!("10.0.0.1 - - [29/Nov/2026:00:49:11 +0000] \"GET /{number} HTTP/1.1\" 200 3\n")
}

fn asked() -> Asked {
    Asked { format: Some(Format::Common), east_s: 0 }
}

/// The targets with the numbers of their lines.
fn targets(bytes: impl Read + Send + 'static) -> (Vec<(u64, String)>, Summary) {
    let reader = Reader::new(bytes, &asked()).expect("a log");
    let mut all = Vec::new();
    let summary = reader.each(|number, line| {
        let target = String::from_utf8_lossy(line.target.unwrap_or_default());
        all.push((number, target.into_owned()));
    });
    (all, summary)
}

fn check(bytes: &[u8], expected: &[(u64, &str)]) -> Summary {
    let (all, summary) = targets(Cursor::new(bytes.to_vec()));
    let all: Vec<(u64, &str)> = all.iter().map(|(number, text)| (*number, &**text)).collect();
    assert_eq!(all, expected);
    summary
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("room");
    encoder.finish().expect("room")
}

#[test]
fn packed_logs() {
    let (one, two) = (line(1), line(2));
    let expected = [(1, "/1"), (2, "/2")];
    check(format!("{one}{two}").as_bytes(), &expected);
    let members = [gzip(one.as_bytes()), gzip(two.as_bytes())].concat();
    assert!(check(&members, &expected).broke.is_none());
    let frames =
        [one, two].map(|text| zstd::encode_all(text.as_bytes(), 1).expect("room")).concat();
    assert!(check(&frames, &expected).broke.is_none());
    check(b"", &[]);
}

/// Goal: what came before a cut is read, and the cut is told. Method: half of a packed log.
#[test]
fn a_log_that_was_cut() {
    let text: String = (0..50_000).map(line).collect();
    let packed = gzip(text.as_bytes());
    let (all, summary) = targets(Cursor::new(packed[..packed.len() / 2].to_vec()));
    assert!(all.len() > 10_000 && all.len() < 50_000, "{}", all.len());
    assert!(all.iter().enumerate().all(|(index, (number, _))| *number == index as u64 + 1));
    assert_eq!((summary.read, summary.malformed), (all.len() as u64, 0));
    assert_eq!(summary.broke.map(|error| error.kind()), Some(io::ErrorKind::UnexpectedEof));
    let stub = Reader::new(Cursor::new(packed[..12].to_vec()), &asked());
    assert!(matches!(stub.err(), Some(OpenError::Io(_))));
}

#[test]
fn odd_lines() {
    let (one, two) = (line(1), line(2));
    let text = format!("\u{feff}{one}\r\n\0\0\0{}\r\n\0\0\n{}", two.trim_end(), two.trim_end());
    let summary = check(text.as_bytes(), &[(1, "/1"), (3, "/2"), (5, "/2")]);
    assert_eq!((summary.read, summary.aside, summary.malformed), (3, 2, 0));
    let summary = check(format!("a\n{one}b\nc").as_bytes(), &[(2, "/1")]);
    let bad: Vec<u64> = summary.bad.iter().map(|bad| bad.number).collect();
    assert_eq!((bad, summary.lines()), (vec![1, 3, 4], 4));
    let summary = check("x\n".repeat(99).as_bytes(), &[]);
    assert_eq!((summary.malformed, summary.bad.len()), (99, 10));
}

/// Goal: a line of any length is one malformed line. Method: lengths around every limit.
#[test]
fn long_lines() {
    for length in
        [LINE_MAX, LINE_MAX + 1, LINE_MAX + 2, 200_000, 262_143, 262_144, 262_145, 3 << 20]
    {
        let long = "x".repeat(length);
        let text = format!("{}{long}\n{}{long}\n{long}\n{}{long}", line(1), line(2), line(3));
        let summary = check(text.as_bytes(), &[(1, "/1"), (3, "/2"), (6, "/3")]);
        assert_eq!((summary.malformed, summary.lines()), (4, 7), "{length}");
        let expected = if length > LINE_MAX { "longer" } else { "field" };
        assert!(summary.bad[0].malformed.what.contains(expected), "{length}");
    }
}

/// A reader that hands out a few bytes at a time and is interrupted in between.
struct Dripping(Cursor<Vec<u8>>, usize);

impl Read for Dripping {
    fn read(&mut self, place: &mut [u8]) -> io::Result<usize> {
        self.1 += 1;
        if self.1.is_multiple_of(3) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = place.len().min(self.1 % 700 + 1);
        self.0.read(&mut place[..length])
    }
}

/// Goal: threads change nothing but the time it takes. Method: a log of many blocks with bad lines
/// in it, read by one thread, in drops, and by several.
#[test]
fn threads_keep_the_order() {
    let text: String = (0..40_000)
        .map(|number| if number % 7 == 0 { format!("bad {number}\n") } else { line(number) })
        .collect();
    let (expected, summary) = targets(Cursor::new(text.clone().into_bytes()));
    assert_eq!(summary.lines(), 40_000);
    let (dripped, _) = targets(Dripping(Cursor::new(text.clone().into_bytes()), 0));
    assert_eq!(dripped, expected);
    for threads in [0, 1, 2, 5] {
        let reader = Reader::new(Cursor::new(text.clone().into_bytes()), &asked()).expect("a log");
        let mut all = Vec::new();
        let threaded = reader.each_in_threads(
            threads,
            Vec::new,
            |part, number, line| {
                let target = String::from_utf8_lossy(line.target.unwrap_or_default());
                part.push((number, target.into_owned()));
            },
            |part| all.extend(part),
        );
        assert_eq!(all, expected);
        assert_eq!((threaded.lines(), &threaded.bad), (40_000, &summary.bad));
    }
}

/// Goal: a visitor that panics stops everything and is heard. Method: one that does.
#[test]
#[should_panic(expected = "a scoped thread panicked")]
fn a_panic_is_not_swallowed() {
    let text: String = (0..40_000).map(line).collect();
    let reader = Reader::new(Cursor::new(text.into_bytes()), &asked()).expect("a log");
    reader.each_in_threads(2, || (), |(), number, _| assert!(number < 30_000), |()| ());
}

#[test]
fn formats_are_found_or_not() {
    let open = |text: &str| {
        Reader::new(Cursor::new(text.as_bytes().to_vec()), &Asked::default())
            .map(|reader| (reader.found().format.name(), reader.found().guessed))
    };
    assert_eq!(open(&line(1)).expect("a log"), ("common", true));
    assert_eq!(open("").expect("an empty log"), ("combined", false));
    assert!(matches!(open("hello\n"), Err(OpenError::Unknown)));
    let found = Reader::new(Cursor::new(b"x\n\n".to_vec()), &asked()).expect("a log");
    assert_eq!((found.found().read, found.found().sampled), (0, 1));
}
