//! The kept corpus and random bytes go through the properties; what a writer writes comes back.

use std::fs;
use std::net::IpAddr;
use std::path::Path;

use evenness::{Ruling, Sighting};
use proptest::prelude::*;

use super::*;
use crate::firewall::line::Entry;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus");
/// Fewer files than this: the corpus was lost.
const FILES_MIN: usize = 6;

/// Hands every file kept for `target` to its function.
fn check_corpus(target: &str, property: fn(&[u8])) {
    let folder = Path::new(CORPUS).join(target);
    let mut files = 0;
    for entry in fs::read_dir(&folder).expect("a corpus") {
        let path = entry.expect("an entry").path();
        println!("{}", path.display());
        let bytes = fs::read(&path).expect("a file");
        property(&bytes);
        auto(&bytes);
        files += 1;
    }
    assert!(files >= FILES_MIN, "{}: {files} files", folder.display());
}

#[test]
fn kernel_lines() {
    check_corpus("firewall_kernel", kernel);
}

#[test]
fn flow_records() {
    check_corpus("firewall_vpc_flow", vpc_flow);
}

#[test]
fn suricata_events() {
    check_corpus("firewall_suricata", suricata);
}

/// Pieces that mean something somewhere, put where they may not.
const PIECES: [&str; 24] = [
    "May  1 10:59:58 fw kernel: ",
    "2024-05-01T10:59:58.5+02:00 ",
    "<4>1 ",
    "[  12.5] ",
    "[UFW BLOCK] ",
    "IN=eth0 OUT= ",
    "SRC=203.0.113.7 ",
    "SRC=",
    "LEN=99999999999 ",
    "DPT=443 ",
    " callbacks suppressed",
    "Suppressed 5 messages from",
    "2 1 eni-1 192.0.2.1 192.0.2.2 5 443 6 1 40 1714561140 1714561200 ACCEPT OK",
    "version srcaddr end action",
    " - - - ",
    "SKIPDATA",
    "{\"timestamp\":\"2024-05-01T10:59:58Z\",\"event_type\":\"drop\",",
    "\"src_ip\":\"::1\",\"drop\":{\"len\":5}}",
    "\\u0000",
    "\n",
    "\r\n",
    "\0",
    " ",
    "é",
];

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..12),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn source() -> impl Strategy<Value = IpAddr> {
    prop_oneof![any::<[u8; 4]>().prop_map(IpAddr::from), any::<[u8; 16]>().prop_map(IpAddr::from),]
}

prop_compose! {
    fn entry()(
        ago_s in 0..3_000_000_u64,
        source in source(),
        bytes in 0..65_536_u64,
        syn in any::<bool>(),
        dropped in any::<bool>(),
        port in prop::option::of(1..=u16::MAX),
    ) -> Entry {
        let verdict = if dropped { Ruling::Dropped } else { Ruling::Accepted };
        let seen = Sighting { verdict, source, packets: 1, bytes, syn };
        Entry { at_s: NOW_S - ago_s, seen, port }
    }
}

fn at(entry: &Entry) -> jiff::Timestamp {
    jiff::Timestamp::from_second(entry.at_s as i64).expect("a time")
}

fn kernel_line(entry: &Entry) -> String {
    let head = at(entry).strftime("%b %e %H:%M:%S").to_string();
    let word = if entry.seen.verdict == Ruling::Dropped { "DROP" } else { "ACCEPT" };
    let (source, bytes) = (entry.seen.source, entry.seen.bytes);
    let port = entry.port.map(|port| format!("SPT=7 DPT={port} ")).unwrap_or_default();
    let syn = if entry.seen.syn { "SYN " } else { "ACK " };
    format!(
        "{head} fw kernel: [1.0] {word}: IN=eth0 OUT= MAC= SRC={source} DST=::1 LEN={bytes} \
         PROTO=TCP {port}RES=0x00 {syn}URGP=0"
    )
}

fn flow_line(entry: &Entry) -> String {
    let word = if entry.seen.verdict == Ruling::Dropped { "REJECT" } else { "ACCEPT" };
    let (source, bytes, end) = (entry.seen.source, entry.seen.bytes, entry.at_s);
    let (port, flags) = (entry.port.unwrap_or(0), if entry.seen.syn { 2 } else { 18 });
    format!("{end} {source} {port} {word} {flags} 1 {bytes} OK")
}

fn event_line(entry: &Entry) -> String {
    let (source, bytes) = (entry.seen.source, entry.seen.bytes);
    let kind = match entry.seen.verdict {
        Ruling::Dropped => format!(
            "\"event_type\":\"drop\",\"drop\":{{\"len\":{bytes},\"syn\":{}}}",
            entry.seen.syn
        ),
        _ => format!(
            "\"event_type\":\"flow\",\"flow\":{{\"pkts_toserver\":1,\"bytes_toserver\":{bytes}}}"
        ),
    };
    let port = entry.port.map(|port| format!("\"dest_port\":{port},")).unwrap_or_default();
    let at = at(entry);
    format!("{{\"timestamp\":\"{at}\",\"src_ip\":\"{source}\",{port}{kind}}}")
}

fn read(format: FirewallFormat, lines: &[String]) -> Line {
    let mut reader = Reader::new(format, &[], Zone::utc(), NOW_S);
    let read = lines.iter().map(|line| reader.read(line.as_bytes()));
    read.last().unwrap_or(Line::Unknown)
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in pieces()) {
        kernel(&bytes);
        vpc_flow(&bytes);
        suricata(&bytes);
        auto(&bytes);
    }

    #[test]
    fn a_kernel_line_comes_back(entry in entry()) {
        let line = kernel_line(&entry);
        prop_assert_eq!(read(FirewallFormat::Auto, &[line]), Line::Entry(entry));
    }

    #[test]
    fn a_flow_record_comes_back(entry in entry()) {
        let header = "end srcaddr dstport action tcp-flags packets bytes log-status".to_owned();
        let lines = [header, flow_line(&entry)];
        prop_assert_eq!(read(FirewallFormat::Auto, &lines), Line::Entry(entry));
    }

    #[test]
    fn an_event_comes_back(entry in entry()) {
        let mut expected = entry;
        expected.seen.syn &= entry.seen.verdict == Ruling::Dropped;
        let line = event_line(&entry);
        prop_assert_eq!(read(FirewallFormat::Suricata, &[line]), Line::Entry(expected));
    }
}
