//! Bytes that are no log, kept ones and random ones, and how long they take.

use std::fs;
use std::path::Path;
use std::time::Instant;

use proptest::prelude::*;

use crate::logs::fuzzing::access_log;
use crate::logs::{Format, Parser};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/access_log");
/// Fewer files than this: the corpus was lost.
const FILES_MIN: usize = 10;

#[test]
fn the_kept_corpus() {
    let mut files = 0;
    for entry in fs::read_dir(Path::new(CORPUS)).expect("a corpus") {
        let path = entry.expect("an entry").path();
        println!("{}", path.display());
        access_log(&fs::read(&path).expect("a file"));
        files += 1;
    }
    assert!(files >= FILES_MIN, "{files} files");
}

/// Pieces that mean something somewhere, put where they may not.
const PIECES: [&str; 30] = [
    "192.0.2.1 - - [29/Nov/2026:00:49:11 +0000] \"GET /a HTTP/1.1\" 200 3",
    " \"-\" \"agent\"",
    " \"192.0.2.1, 10.0.0.1\"",
    "<134>Nov 29 00:49:11 haproxy[1]: ",
    "192.0.2.1:5 [06/Feb/2009:12:14:14.655] a b/c 1/2/3/4/5 200 1 - - ---- 1/1/1/1/0 0/0 ",
    "{a|b} {c} ",
    "\"GET / HTTP/1.1\"",
    "1/0/5 145 -- 3/2/0/0/0 0/0",
    "[2016-04-15T20:17:00.310Z] \"POST /a HTTP/2\" 204 - 154 0 226 100 ",
    "\"10.0.35.28\" \"nsq\" \"cc\" \"h\" \"tcp://10.0.2.1:80\"",
    "{\"time\":\"2024-02-29T12:34:56.789Z\",\"client\":\"::1\",\"status\":200,\"method\":\"GET\"",
    ",\"affinity\":\"kept\"}",
    "{\"a\":[{\"b\":",
    "]}]}",
    "\"\\u0041\\ud83d\"",
    "\\x41",
    "#41",
    "\\\"",
    "$status",
    "$uri$args",
    "%{+Q}r",
    "%[req.hdr(a)]",
    "%START_TIME(%s)%",
    "%{X}i",
    "-1",
    "\n",
    "\r\n",
    "\0",
    " ",
    "é",
];

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in pieces()) {
        access_log(&bytes);
    }
}

/// Goal: no line takes longer than its length allows. Method: what invites a reader to begin anew
/// at every byte, ten times as long in the second run; the times are printed, not judged.
#[test]
fn ten_megabytes_of_traps() {
    let traps = [
        "\\",
        "\"",
        "\" ",
        "\\\"",
        "[",
        " [0a/",
        "{",
        "{\"a\":",
        "[[",
        ", ",
        " : ",
        "#",
        "\\u00",
        "$",
        "1.2.3.4:5 [",
        "]: ",
        ": ",
        "- ",
        "\0",
        "a=b;",
    ];
    for format in Format::recognised() {
        let mut parser = Parser::new(&format, 0).expect("a format");
        for trap in traps {
            let text = trap.repeat(10_000_000 / traps.len() / trap.len());
            let began = Instant::now();
            for line in text.as_bytes().chunks(65_536) {
                let _ = parser.read(line);
            }
            let took = began.elapsed();
            if took.as_millis() > 200 {
                println!("{format} {trap:?}: {took:?}");
            }
        }
    }
}
