//! What the fuzz target calls: it panics when a property does not hold.

use super::detect::detect;
use super::each::lines;
use super::fault::Refusal;
use super::format::{Captures, Format, JsonFormat, JsonValue, NginxEscape};
use super::parser::Parser;
use super::{Asked, Reader};

/// Bytes as a log in every format, as a log whose format is not known, and as a format's text.
pub fn access_log(bytes: &[u8]) {
    let mut formats = Format::recognised();
    let text = String::from_utf8_lossy(bytes.get(..400).unwrap_or(bytes)).into_owned();
    formats.push(Format::Nginx(text.clone(), NginxEscape::Default));
    formats.push(Format::Apache(text.clone()));
    formats.push(Format::HaproxyFormat(text.clone(), Captures::default()));
    let value = JsonValue { path: vec!["a".to_owned()], place: 0, text: text.clone() };
    let values = vec![value];
    formats.push(Format::EnvoyJsonFormat(JsonFormat { values, omits_empty: false }));
    formats.push(Format::EnvoyFormat(text));
    formats.iter().for_each(|format| lines_of(bytes, format));
    if let Some(found) = detect(bytes, 0) {
        assert!(found.read <= found.sampled && found.read > 0);
    }
    whole(bytes);
}

/// A parser says the same of a line whatever it has read before, and points into the line.
fn lines_of(bytes: &[u8], format: &Format) {
    let Ok(mut used) = Parser::new(format, 0) else { return };
    let fresh = used.clone();
    for line in lines(bytes) {
        let mut fresh = fresh.clone();
        match (used.read(line), fresh.read(line)) {
            (Ok(read), Ok(again)) => {
                assert_eq!(format!("{read:?}"), format!("{again:?}"));
                assert!(read.duration_s.is_none_or(|took| took >= 0.0 && took.is_finite()));
                assert!(read.at.is_none_or(f64::is_finite));
            }
            (Err(refusal), Err(again)) => {
                assert_eq!(refusal, again);
                if let Refusal::Malformed(malformed) = refusal {
                    assert!(malformed.at <= line.len());
                }
            }
            _ => panic!("a parser remembers what it should not"),
        }
    }
}

/// Every line is counted once, with threads and without.
fn whole(bytes: &[u8]) {
    let open = || Reader::new(std::io::Cursor::new(bytes.to_vec()), &Asked::default());
    let (Ok(one), Ok(more)) = (open(), open()) else { return };
    let (mut first, mut second) = (Vec::new(), Vec::new());
    let summary = one.each(|number, line| first.push((number, format!("{line:?}"))));
    let threaded = more.each_in_threads(
        2,
        Vec::new,
        |part, number, line| part.push((number, format!("{line:?}"))),
        |part| second.extend(part),
    );
    assert_eq!(first, second);
    assert_eq!(summary.lines(), threaded.lines());
    assert_eq!(summary.bad, threaded.bad);
    let packed = bytes.starts_with(&[0x1f, 0x8b]) || bytes.starts_with(&[0x28, 0xb5]);
    if !packed {
        assert_eq!(summary.lines(), lines(bytes).count() as u64);
    }
}
