//! What a log goes through while it is followed: growth, rotation, truncation, absence.
//!
//! Lines are `<seconds> <text>`, and time is an argument.

use std::fs::OpenOptions;
use std::io::Write;

use tempfile::TempDir;

use super::*;

#[derive(Default)]
struct Kept {
    lines: Vec<String>,
    before: Vec<String>,
}

impl Sink for Kept {
    fn line(&mut self, line: &[u8]) {
        self.lines.push(String::from_utf8_lossy(line).into_owned());
    }
    fn before(&mut self, line: &[u8]) {
        self.before.push(String::from_utf8_lossy(line).into_owned());
    }
    fn at_s(&mut self, line: &[u8]) -> Option<u64> {
        std::str::from_utf8(line).ok()?.split(' ').next()?.parse().ok()
    }
    fn opened(&mut self, _: &[u8], _: u64) {}
    fn written(&mut self, _: u64) {}
}

struct Stage {
    folder: TempDir,
    tail: Tail,
    kept: Kept,
}

impl Stage {
    fn new(back: Back) -> Stage {
        let folder = tempfile::tempdir().expect("a folder");
        let tail = Tail::new(&folder.path().join("log"), back);
        Stage { folder, tail, kept: Kept::default() }
    }

    fn usual() -> Stage {
        Stage::new(Back { seconds: 600, bytes: 1 << 20 })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn append(&self, name: &str, text: &str) {
        let file = OpenOptions::new().create(true).append(true).open(self.path(name));
        file.expect("opens").write_all(text.as_bytes()).expect("written");
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).expect("renames");
    }

    /// Polls, and answers the lines that were new.
    fn poll(&mut self, now_s: u64) -> (Look, Vec<String>) {
        let look = self.tail.poll(now_s, &mut self.kept);
        (look, std::mem::take(&mut self.kept.lines))
    }

    #[track_caller]
    fn check(&mut self, now_s: u64, expected: &[&str]) -> Look {
        let (look, lines) = self.poll(now_s);
        assert_eq!(lines, expected);
        look
    }
}

#[test]
fn lines_are_handed_on_when_they_end() {
    let mut stage = Stage::usual();
    stage.append("log", "1 a\n2 b");
    assert!(stage.check(3, &["1 a"]).opened);
    stage.check(4, &[]);
    stage.append("log", "c\n3 d\n");
    let look = stage.check(5, &["2 bc", "3 d"]);
    assert!(!look.opened && !look.lost && look.lag == 0);
}

#[test]
fn a_missing_file_appears_later() {
    let mut stage = Stage::usual();
    assert_eq!(stage.check(1, &[]).absent, Some(Absent::Missing));
    stage.append("log", "2 a\n");
    let look = stage.check(2, &["2 a"]);
    assert!(look.opened && look.absent.is_none());
}

#[test]
fn a_rotation_loses_nothing() {
    let mut stage = Stage::usual();
    stage.append("log", "1 a\n");
    stage.check(1, &["1 a"]);
    stage.append("log", "2 b\n");
    stage.rename("log", "log.1");
    stage.append("log.1", "3 c");
    // The logger still has the old file.
    assert!(stage.check(3, &["2 b"]).absent.is_none());
    stage.append("log.1", "\n");
    stage.append("log", "4 d\n");
    let look = stage.check(4, &["3 c", "4 d"]);
    assert!(!look.lost && !look.opened);
    stage.append("log", "5 e\n");
    stage.check(5, &["5 e"]);
}

/// Goal: a new file that is still empty does not end the old one at once, nor keep it for ever.
#[test]
fn an_empty_new_file_waits_for_its_logger() {
    let mut stage = Stage::usual();
    stage.append("log", "1 a\n");
    stage.check(1, &["1 a"]);
    stage.rename("log", "log.1");
    stage.append("log", "");
    stage.check(2, &[]);
    stage.append("log.1", "2 late\n");
    stage.check(3, &["2 late"]);
    stage.check(2 + SETTLE_S, &[]);
    stage.append("log.1", "9 too late\n");
    stage.check(30, &[]);
    stage.append("log", "31 b\n");
    stage.check(31, &["31 b"]);
}

#[test]
fn a_second_rotation_between_two_looks_is_noticed() {
    let mut stage = Stage::usual();
    stage.append("log", "1 a\n");
    stage.check(1, &["1 a"]);
    stage.rename("log", "log.2");
    // File times have a granularity of some milliseconds.
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    stage.append("log", "2 never seen\n");
    let file = OpenOptions::new().append(true).open(stage.path("log")).expect("opens");
    file.set_modified(later).expect("dated");
    stage.rename("log", "log.1");
    stage.append("log", "3 c\n");
    assert!(stage.check(3, &["3 c"]).lost);
}

#[test]
fn a_file_cut_to_nothing_is_read_anew() {
    let mut stage = Stage::usual();
    stage.append("log", "1 a\n2 b\n3 half");
    stage.check(3, &["1 a", "2 b"]);
    fs::copy(stage.path("log"), stage.path("log.1")).expect("copies");
    OpenOptions::new().write(true).open(stage.path("log")).expect("opens").set_len(0).expect("cut");
    stage.append("log", "4 c\n");
    assert!(stage.check(4, &["4 c"]).lost);
    assert!(!stage.check(5, &[]).lost);
}

#[test]
fn a_file_that_stays_away_is_missing() {
    let mut stage = Stage::usual();
    stage.append("log", "1 a\n2 no end");
    stage.check(1, &["1 a"]);
    fs::remove_file(stage.path("log")).expect("removed");
    assert!(stage.check(2, &[]).absent.is_none());
    assert_eq!(stage.check(2 + GONE_S, &["2 no end"]).absent, Some(Absent::Missing));
    stage.append("log", "99 b\n");
    assert!(stage.check(99, &["99 b"]).opened);
}

#[test]
fn what_is_no_file_is_not_opened() {
    let mut stage = Stage::usual();
    fs::create_dir(stage.path("log")).expect("a folder");
    let absent = stage.check(1, &[]).absent;
    assert_eq!(absent, Some(Absent::Unreadable("it is no regular file".into())));
}

fn numbered(range: std::ops::Range<u64>) -> String {
    range.map(|at_s| format!("{at_s} {}\n", "x".repeat(90))).collect()
}

/// Goal: of a long log only the last minutes are read, and one older line.
#[test]
fn reading_begins_some_time_back() {
    let mut stage = Stage::usual();
    stage.append("log", &("header\n".to_owned() + &numbered(1000..41_000)));
    let (look, lines) = stage.poll(41_000);
    let first: u64 = lines[0].split(' ').next().expect("a time").parse().expect("a number");
    assert!((38_000..40_400).contains(&first), "{first}");
    assert!(look.opened && look.lag == 0 && lines.len() < 3000);
    assert_eq!(stage.kept.before[0], "header");
    let before = stage.kept.before.last().expect("lines before");
    assert!(before.starts_with(&format!("{} ", first - 1)), "{before}");
}

#[test]
fn reading_begins_no_more_bytes_back_than_allowed() {
    let mut stage = Stage::new(Back { seconds: u64::MAX, bytes: 1000 });
    stage.append("log", &numbered(1000..41_000));
    let (_, lines) = stage.poll(41_000);
    assert!((8..=10).contains(&lines.len()), "{}", lines.len());
    assert!(lines[0].len() > 90);
}

/// Goal: a poll is bounded, and says what is left. Method: more than it may read.
#[test]
fn a_poll_reads_a_bounded_amount() {
    let mut stage = Stage::new(Back { seconds: u64::MAX, bytes: u64::MAX });
    let text = numbered(100_000..200_000);
    stage.append("log", &text);
    let (look, lines) = stage.poll(1);
    assert_eq!(look.lag, text.len() as u64 - POLL_MAX);
    let (look, more) = stage.poll(2);
    assert_eq!((look.lag, lines.len() + more.len()), (0, 100_000));
}
