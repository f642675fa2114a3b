//! What the firewalls show and what they cover, as an operator would find it.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use config::FirewallFormat;
use evenness::{Covers, FileState};
use tempfile::TempDir;

use super::*;
use crate::firewall::plan::FirewallLog;
use crate::firewall::zone::Zone;

/// 2024-05-01T11:00:00Z
const NOW: u64 = 1_714_561_200;

struct Stage {
    folder: TempDir,
    firewall: Firewall,
}

impl Stage {
    /// One log, `fw.log`, with these lines in it.
    fn new(format: FirewallFormat, lines: &str) -> Stage {
        let folder = tempfile::tempdir().expect("a folder");
        let log = FirewallLog {
            file: folder.path().join("fw.log"),
            format,
            ports: vec![80, 443],
            ..FirewallLog::default()
        };
        let plan = FirewallPlan { zone: Zone::utc(), ..FirewallPlan::new(vec![log]) };
        let stage = Stage { folder, firewall: Firewall::new(&plan) };
        stage.append(lines);
        stage
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("fw.log")
    }

    fn append(&self, lines: &str) {
        append(&self.path(), lines);
    }

    /// Polls, and says how the minute before is covered, and the file's state.
    fn poll(&mut self, now_s: u64) -> (Covers, FileState) {
        self.firewall.poll(now_s);
        let coverage = self.firewall.coverage();
        (coverage.covers(now_s - 60, now_s), coverage.files[0].state)
    }
}

fn append(path: &Path, lines: &str) {
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.expect("opens").write_all(lines.as_bytes()).expect("written");
}

fn time(at_s: u64) -> String {
    let at = jiff::Timestamp::from_second(i64::try_from(at_s).expect("small")).expect("a time");
    at.to_string()
}

fn drop_line(at_s: u64, source: &str, port: u16) -> String {
    format!(
        "{} fw kernel: [1.0] DROP: IN=eth0 OUT= MAC= SRC={source} DST=198.51.100.2 LEN=60 \
         PROTO=TCP SPT=5 DPT={port} WINDOW=1 RES=0x00 SYN URGP=0\n",
        time(at_s)
    )
}

fn foreign(at_s: u64) -> String {
    format!("{} fw kernel: [1.0] usb 1-1: new device\n", time(at_s))
}

#[test]
fn drops_are_counted_by_second_source_and_port() {
    let lines = drop_line(NOW - 3, "203.0.113.7", 443)
        + &drop_line(NOW - 2, "203.0.113.7", 443)
        + &drop_line(NOW - 2, "203.0.113.8", 80)
        + &drop_line(NOW - 1, "192.0.2.1", 22);
    let mut stage = Stage::new(FirewallFormat::Auto, &(drop_line(NOW - 90, "::1", 80) + &lines));
    assert_eq!(stage.poll(NOW), (Covers::Full, FileState::Following));
    let (window, coverage) = stage.firewall.window(NOW - 60, NOW);
    assert_eq!((window.counts.dropped, window.counts.dropped_elsewhere), (3, 1));
    assert_eq!((window.counts.dropped_syns, window.sources().round()), (3, 2.0));
    let top = window.top_network().expect("a network");
    assert_eq!((top.address.to_string().as_str(), top.share), ("203.0.113.0", 1.0));
    assert_eq!((coverage.files[0].lines, coverage.files[0].not_understood), (5, 0));
    assert_eq!(stage.firewall.window(NOW - 2, NOW - 1).0.counts.dropped, 2);
}

/// Goal: a quiet firewall that logs is told from one that nobody hears.
#[test]
fn a_quiet_log_covers_the_present_for_an_hour() {
    let mut stage = Stage::new(FirewallFormat::Auto, &drop_line(NOW - 900, "192.0.2.1", 80));
    assert_eq!(stage.poll(NOW), (Covers::Full, FileState::Following));
    assert_eq!(stage.poll(NOW + 2700), (Covers::Full, FileState::Following));
    assert_eq!(stage.poll(NOW + 2800), (Covers::None, FileState::Silent));
    stage.append(&foreign(NOW + 2805));
    assert_eq!(stage.poll(NOW + 2806).1, FileState::Following);
    assert_eq!(stage.poll(NOW + 2870), (Covers::Full, FileState::Following));
    // What it said nothing of stays a gap.
    let coverage = stage.firewall.coverage();
    assert_eq!(coverage.covers(NOW + 1000, NOW + 1060), Covers::None);
}

/// Goal: a kernel's log without any rule that logs rules nothing out.
#[test]
fn a_log_without_a_firewall_covers_nothing() {
    let mut stage = Stage::new(FirewallFormat::Auto, &foreign(NOW - 90));
    assert_eq!(stage.poll(NOW), (Covers::None, FileState::Mute));
    stage.append(&drop_line(NOW + 1, "192.0.2.1", 80));
    assert_eq!(stage.poll(NOW + 2), (Covers::Full, FileState::Following));
}

/// Goal: that the firewall logs at all may be known from long before the last minutes.
#[test]
fn an_old_line_shows_that_the_firewall_logs() {
    let old: String = (0..4000).map(|at| foreign(NOW - 4000 + at)).collect();
    let lines = drop_line(NOW - 4001, "192.0.2.1", 80) + &old;
    let mut stage = Stage::new(FirewallFormat::Auto, &lines);
    assert_eq!(stage.poll(NOW), (Covers::Full, FileState::Following));
    assert!(stage.firewall.coverage().files[0].lines < 2500);
}

#[test]
fn what_is_not_understood_covers_nothing_and_is_shown() {
    let lines = drop_line(NOW - 90, "192.0.2.1", 80) + &"what\tis this\n".repeat(30);
    let mut stage = Stage::new(FirewallFormat::Auto, &lines);
    assert_eq!(stage.poll(NOW), (Covers::None, FileState::Misread));
    let file = &stage.firewall.coverage().files[0];
    assert_eq!((file.lines, file.not_understood), (31, 30));
    assert_eq!(file.first_not_understood.as_deref(), Some("what is this"));
}

#[test]
fn an_absence_is_a_gap() {
    let mut stage = Stage::new(FirewallFormat::Auto, &drop_line(NOW - 90, "192.0.2.1", 80));
    stage.poll(NOW);
    fs::rename(stage.path(), stage.path().with_extension("away")).expect("renames");
    stage.poll(NOW + 1);
    assert_eq!(stage.poll(NOW + 100).1, FileState::Missing);
    assert_eq!(stage.poll(NOW + 200), (Covers::None, FileState::Missing));
    stage.append(&drop_line(NOW + 300, "192.0.2.1", 80));
    assert_eq!(stage.poll(NOW + 330), (Covers::Part(0.5), FileState::Following));
    let coverage = stage.firewall.coverage();
    assert_eq!(coverage.covers(NOW - 60, NOW + 1), Covers::Full);
    assert_eq!(coverage.covers(NOW + 110, NOW + 300), Covers::None);
}

#[test]
fn a_file_that_was_cut_has_a_gap_between_two_polls() {
    let mut stage = Stage::new(FirewallFormat::Auto, &drop_line(NOW - 90, "192.0.2.1", 80));
    stage.poll(NOW);
    stage.poll(NOW + 10);
    let file = OpenOptions::new().write(true).open(stage.path()).expect("opens");
    file.set_len(0).expect("cut");
    stage.append(&foreign(NOW + 19));
    assert_eq!(stage.poll(NOW + 20).1, FileState::Following);
    let file = &stage.firewall.coverage().files[0];
    assert_eq!(file.gaps(NOW, NOW + 20), [(NOW + 10, NOW + 20)]);
}

/// Goal: lines that come minutes late do not cover the minutes that they are late.
#[test]
fn late_lines_cover_up_to_their_time() {
    let mut stage = Stage::new(FirewallFormat::Auto, &drop_line(NOW - 300, "192.0.2.1", 80));
    stage.poll(NOW);
    stage.append(&drop_line(NOW - 290, "192.0.2.1", 80));
    assert_eq!(stage.poll(NOW + 1), (Covers::None, FileState::Following));
    stage.append(&drop_line(NOW + 2, "192.0.2.1", 80));
    assert_eq!(stage.poll(NOW + 2), (Covers::Full, FileState::Following));
}

#[test]
fn flow_logs_cover_up_to_their_newest_end() {
    let flow = |start_s: u64, end_s: u64, status: &str| match status {
        "OK" => format!("2 1 e 192.0.2.1 10.0.0.5 5 443 6 20 800 {start_s} {end_s} REJECT OK\n"),
        _ => format!("2 1 e - - - - - - - {start_s} {end_s} - {status}\n"),
    };
    let lines = flow(NOW - 180, NOW - 120, "OK") + &flow(NOW - 90, NOW - 31, "NODATA");
    let mut stage = Stage::new(FirewallFormat::Auto, &lines);
    assert_eq!(stage.poll(NOW), (Covers::Part(0.5), FileState::Following));
    assert_eq!(stage.firewall.window(NOW - 180, NOW).0.counts.dropped, 20);
    stage.append(&flow(NOW - 30, NOW - 10, "SKIPDATA"));
    stage.append(&flow(NOW - 30, NOW - 1, "NODATA"));
    stage.firewall.poll(NOW);
    let coverage = stage.firewall.coverage();
    assert_eq!(coverage.files[0].gaps(NOW - 60, NOW), [(NOW - 30, NOW - 10)]);
}

#[test]
fn a_lag_is_told_and_covers_nothing_behind_it() {
    let many: String = (0..100_000).map(|n| drop_line(NOW - 300 + n / 400, "::1", 80)).collect();
    let mut stage = Stage::new(FirewallFormat::Auto, &many);
    let (covers, state) = stage.poll(NOW);
    assert_eq!((covers, state), (Covers::None, FileState::Behind));
    assert!(stage.firewall.lag_bytes() > 0);
    while stage.firewall.lag_bytes() > 0 {
        stage.firewall.poll(NOW);
    }
    assert_eq!(stage.poll(NOW), (Covers::Full, FileState::Following));
    assert_eq!(stage.firewall.window(NOW - 300, NOW).0.counts.dropped, 100_000);
}

#[test]
fn the_two_firewalls_of_a_site_are_two_witnesses() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = |name: &str| FirewallLog { file: folder.path().join(name), ..FirewallLog::default() };
    let plan = FirewallPlan::new(vec![log("a"), log("b")]);
    append(&folder.path().join("a"), &drop_line(NOW - 90, "192.0.2.1", 80));
    let mut firewall = Firewall::new(&plan);
    firewall.poll(NOW);
    assert_eq!(firewall.coverage().covers(NOW - 60, NOW), Covers::Part(0.5));
    append(&folder.path().join("b"), &drop_line(NOW, "192.0.2.2", 80));
    firewall.poll(NOW + 70);
    let (window, coverage) = firewall.window(NOW + 10, NOW + 70);
    assert_eq!((coverage.covers(NOW + 10, NOW + 70), window.counts.dropped), (Covers::Full, 0));
    assert_eq!(firewall.formats(), [Some(FirewallFormat::Nftables); 2]);
}

/// Goal: a log that lies about time moves nothing but itself.
#[test]
fn lines_from_the_future_are_not_counted() {
    let lines = drop_line(NOW - 90, "192.0.2.1", 80) + &drop_line(NOW + 7200, "192.0.2.1", 80);
    let mut stage = Stage::new(FirewallFormat::Auto, &lines);
    assert_eq!(stage.poll(NOW), (Covers::Full, FileState::Following));
    assert_eq!(stage.firewall.window(NOW - 100, NOW + 9000).0.counts.dropped, 1);
}

/// Goal: a firewall whose clock is ahead is no witness. Method: an hour of quiet, then a flood in
/// lines that are two hours ahead.
#[test]
fn a_clock_that_is_ahead_covers_nothing() {
    let mut stage = Stage::new(FirewallFormat::Auto, &drop_line(NOW - 90, "192.0.2.1", 80));
    stage.poll(NOW);
    for second in NOW + 1..NOW + 31 {
        stage.append(&drop_line(second + 7200, "192.0.2.1", 80));
        stage.firewall.poll(second);
    }
    let covers = stage.firewall.coverage().covers(NOW, NOW + 30);
    assert_eq!((covers, stage.poll(NOW + 30).1), (Covers::None, FileState::Misread));
}

#[test]
fn what_the_logger_left_out_is_told() {
    let lines = drop_line(NOW - 90, "192.0.2.1", 80)
        + &format!("{} fw kernel: [1.0] net_ratelimit: 250 callbacks suppressed\n", time(NOW - 5));
    let mut stage = Stage::new(FirewallFormat::Auto, &lines);
    stage.poll(NOW);
    let (window, coverage) = stage.firewall.window(NOW - 60, NOW);
    assert_eq!((window.counts.suppressed, coverage.limited()), (250, true));
}
