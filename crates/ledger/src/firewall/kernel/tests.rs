//! Kernel lines as rsyslog, journald and `dmesg` keep them.

use super::*;
use crate::firewall::zone::Zone;

/// 2024-05-01T11:00:00Z
const NOW: u64 = 1_714_561_200;

const PACKET: &str = "IN=eth0 OUT= MAC=52:54:00:12:34:56:52:54:00:65:43:21:08:00 \
    SRC=203.0.113.7 DST=198.51.100.2 LEN=60 TOS=0x00 PREC=0x00 TTL=51 ID=4711 DF PROTO=TCP \
    SPT=51515 DPT=443 WINDOW=64240 RES=0x00 SYN URGP=0 ";

fn line(text: &str) -> Line {
    read(text.as_bytes(), &mut Clock::new(Zone::utc(), NOW), &mut Words::default())
}

fn entry(text: &str) -> Entry {
    match line(text) {
        Line::Entry(entry) => entry,
        other => panic!("{text}: {other:?}"),
    }
}

fn at(before_s: u64) -> u64 {
    NOW - before_s
}

#[test]
fn every_logger_keeps_the_same_packet() {
    for head in [
        "May  1 10:59:58 fw kernel: [86400.123456] DROP: ",
        "May  1 10:59:58 fw kernel: DROP: ",
        "<4>May  1 10:59:58 fw kernel: [  100.5] [DROP] ",
        "2024-05-01T10:59:58.5+00:00 fw kernel: [86400.1] iptables denied: ",
        "2024-05-01T12:59:58+0200 fw kernel: DROP",
        "<4>1 2024-05-01T10:59:58.5Z fw kernel - - - [86400.1] FINAL_REJECT: ",
        "2024-05-01T10:59:58Z fw ulogd[81]: Shorewall:net-fw:DROP:",
    ] {
        let entry = entry(&format!("{head}{PACKET}"));
        assert_eq!((entry.at_s, entry.port), (at(2), Some(443)), "{head}");
        let source = IpAddr::from([203, 0, 113, 7]);
        let verdict = Ruling::Dropped;
        let expected = Sighting { verdict, source, packets: 1, bytes: 60, syn: true };
        assert_eq!(entry.seen, expected, "{head}");
    }
}

#[test]
fn dmesg_counts_from_the_start_of_the_machine() {
    let mut clock = Clock::new(Zone::utc(), NOW);
    clock.anchor(b"[100.0] x", NOW);
    let line = format!("[   98.000001] DROP: in {PACKET}");
    let Line::Entry(entry) = read(line.as_bytes(), &mut clock, &mut Words::default()) else {
        panic!("{line}");
    };
    assert_eq!((entry.at_s, entry.seen.verdict), (at(2), Ruling::Dropped));
}

#[test]
fn prefixes_are_cut_out() {
    let check = |before: &str, expected: &str| {
        let shown = String::from_utf8_lossy(prefix(before.as_bytes(), false)).into_owned();
        assert_eq!(shown, expected, "{before}");
    };
    check(" fw kernel: [86400.1] IN-7: ", "IN-7: ");
    check(" fw kernel: IN-7", "IN-7");
    check(" drop-host kernel: [ 1.5] [x] ", "[x] ");
    assert_eq!(prefix(b" drop in: ", true), b"drop in: ");
    check(" fw kernel - - - [1.5] IN-7: ", "IN-7: ");
    check(" ", "");
    check("", "");
}

#[test]
fn ipv6_and_udp_and_icmp() {
    let head = "May  1 10:59:58 fw kernel: [1.0] drop ";
    let udp = "IN=br0 OUT= PHYSIN=eth1 MAC= SRC=2001:0db8:0000:0000:0000:0000:0000:0007 \
        DST=2001:0db8:0000:0000:0000:0000:0000:0001 LEN=1280 TC=0 HOPLIMIT=64 FLOWLBL=0 \
        PROTO=UDP SPT=53 DPT=4000 LEN=1240";
    let found = entry(&format!("{head}{udp}"));
    assert_eq!((found.seen.source.to_string(), found.seen.bytes), ("2001:db8::7".into(), 1280));
    assert_eq!((found.port, found.seen.syn), (Some(4000), false));
    let icmp = "IN=eth0 OUT= MAC= SRC=192.0.2.9 DST=192.0.2.1 LEN=88 TOS=0x00 PROTO=ICMP TYPE=3 \
        CODE=3 [SRC=192.0.2.1 DST=192.0.2.9 LEN=60 PROTO=UDP SPT=9 DPT=53 LEN=40 ]";
    let found = entry(&format!("{head}{icmp}"));
    assert_eq!((found.seen.source.to_string(), found.port), ("192.0.2.9".into(), None));
}

#[test]
fn an_answer_to_a_syn_is_none() {
    let answer = PACKET.replace(" SYN ", " ACK SYN ");
    assert!(!entry(&format!("May  1 10:59:58 fw kernel: DROP {answer}")).seen.syn);
}

#[test]
fn ufw_says_what_it_did_in_its_tag() {
    let tagged = |tag: &str| format!("May  1 10:59:58 fw kernel: [1.0] [UFW {tag}] {PACKET}");
    let verdict = |tag: &str| entry(&tagged(tag)).seen.verdict;
    assert_eq!(verdict("BLOCK"), Ruling::Dropped);
    assert_eq!(verdict("LIMIT BLOCK"), Ruling::Dropped);
    assert_eq!(verdict("ALLOW"), Ruling::Accepted);
    assert_eq!(verdict("AUDIT"), Ruling::Unknown);
    let clock = &mut Clock::new(Zone::utc(), NOW);
    assert!(matches!(read_ufw(tagged("BLOCK").as_bytes(), clock), Line::Entry(_)));
    let other = format!("May  1 10:59:58 fw kernel: [1.0] DROP: {PACKET}");
    assert_eq!(read_ufw(other.as_bytes(), clock), Line::Foreign(at(2)));
}

#[test]
fn other_lines_of_the_same_log() {
    let head = "May  1 10:59:58 fw";
    let check = |text: &str, expected: Line| assert_eq!(line(text), expected, "{text}");
    check(&format!("{head} kernel: [1.0] usb 1-1: new device"), Line::Foreign(at(2)));
    check(&format!("{head} systemd[1]: Started x."), Line::Foreign(at(2)));
    check(
        &format!("{head} kernel: [1.0] net_ratelimit: 17 callbacks suppressed"),
        Line::Suppressed(at(2), 17),
    );
    check(
        &format!("{head} systemd-journald[9]: Suppressed 4242 messages from kernel"),
        Line::Suppressed(at(2), 4242),
    );
    check(
        &format!("{head} rsyslogd: imkmsg: 30 messages lost due to rate-limiting"),
        Line::Suppressed(at(2), 30),
    );
    let out = PACKET.replace("IN=eth0 OUT=", "IN= OUT=eth0");
    check(&format!("{head} kernel: DROP {out}"), Line::Alive(at(2)));
    check(&format!("{head} kernel: DROP IN=eth0 OUT= MAC= LEN=4"), Line::Unknown);
    check(&format!("{head} kernel: DROP IN=eth0 OUT= SRC=1.2.3"), Line::Unknown);
    check("DROP IN=eth0 OUT= SRC=192.0.2.1", Line::Unknown);
    check("", Line::Unknown);
}
