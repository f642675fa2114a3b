//! One log that is followed: its lines are counted, and what it covers is kept.

use evenness::{FileCoverage, FileState, FirewallCounts, Ruling};

use super::line::{Entry, Line};
use super::plan::{FirewallLog, FirewallPlan};
use super::reader::Reader;
use super::ring::Ring;
use super::tail::{Absent, Back, Sink, Tail};
use super::track::{Present, SILENCE_S, Track};

/// Clocks of two machines may differ by this, seconds. When what is later happened nobody knows.
const AHEAD_S: u64 = 60;
/// Lines of late that decide whether a log is understood; half as many are forgotten then.
const JUDGED: u32 = 1000;
/// Fewer lines than this decide nothing.
const JUDGED_MIN: u32 = 20;
/// Of a line that is not understood so many bytes are shown.
const SHOWN: usize = 160;

/// A log that is followed.
#[derive(Debug)]
pub(super) struct Followed {
    tail: Tail,
    book: Book,
    absent: Option<Absent>,
    lag: u64,
    polled_s: Option<u64>,
}

/// What is known from the lines of a log.
#[derive(Debug)]
struct Book {
    file: String,
    ports: Vec<u16>,
    reader: Reader,
    track: Track,
    /// Whether the firewall itself has spoken.
    spoken: bool,
    lines: u64,
    not_understood: u64,
    first_not_understood: Option<String>,
    of_late: (u32, u32),
    /// By how much the newest line was late, seconds.
    late_s: u64,
}

impl Followed {
    pub(super) fn new(log: &FirewallLog, plan: &FirewallPlan) -> Followed {
        let back = Back { seconds: u64::from(plan.back_s), bytes: plan.back_bytes };
        let reader = Reader::new(log.format, &log.drop_prefixes, plan.zone.clone(), 0);
        let book = Book {
            file: log.file.display().to_string(),
            ports: log.ports.clone(),
            reader,
            track: Track::default(),
            spoken: false,
            lines: 0,
            not_understood: 0,
            first_not_understood: None,
            of_late: (0, 0),
            late_s: 0,
        };
        let tail = Tail::new(&log.file, back);
        Followed { tail, book, absent: Some(Absent::Missing), lag: 0, polled_s: None }
    }

    /// Reads what is new and counts it.
    pub(super) fn poll(&mut self, now_s: u64, ring: &mut Ring) {
        let since_s = self.polled_s.unwrap_or(now_s);
        let mut pouring = Pouring { book: &mut self.book, ring, since_s, now_s, newest_s: None };
        let look = self.tail.poll(now_s, &mut pouring);
        let newest_s = pouring.newest_s;
        let (before_s, caught_up) = (self.polled_s.unwrap_or(now_s), self.lag == 0);
        if look.absent.is_some() && self.absent.is_none() {
            let present = if caught_up { Present::Until(before_s) } else { Present::Heard };
            let present = self.book.covered(present);
            self.book.track.end(present);
        }
        if look.lost {
            self.book.track.gap(before_s, now_s);
        }
        if let Some(newest_s) = newest_s.filter(|_| caught_up && !look.opened && look.lag == 0) {
            self.book.late_s = before_s.saturating_sub(newest_s);
        }
        (self.absent, self.lag, self.polled_s) = (look.absent, look.lag, Some(now_s));
    }

    /// What the log covers, as far as it was read.
    pub(super) fn coverage(&self) -> FileCoverage {
        let book = &self.book;
        let now_s = self.polled_s.unwrap_or(0);
        let present = if self.lag == 0 { Present::Until(now_s) } else { Present::Heard };
        FileCoverage {
            file: book.file.clone(),
            state: self.state(now_s),
            spans: book.track.spans(book.covered(present)),
            lines: book.lines,
            not_understood: book.not_understood,
            first_not_understood: book.first_not_understood.clone(),
            lag_bytes: self.lag,
            limited: book.reader.limited(),
            error: match &self.absent {
                Some(Absent::Unreadable(error)) => Some(error.clone()),
                _ => None,
            },
        }
    }

    /// The name of the format that was found, or given.
    pub(super) fn format(&self) -> Option<config::FirewallFormat> {
        self.book.reader.format()
    }

    fn state(&self, now_s: u64) -> FileState {
        let silent = |heard_s: u64| now_s.saturating_sub(heard_s) > SILENCE_S;
        match &self.absent {
            Some(Absent::Missing) => FileState::Missing,
            Some(Absent::Unreadable(_)) => FileState::Unreadable,
            None if self.book.misread() => FileState::Misread,
            None if !self.book.spoken => FileState::Mute,
            None if self.lag > 0 => FileState::Behind,
            None if self.book.track.heard_s().is_none_or(silent) => FileState::Silent,
            None => FileState::Following,
        }
    }
}

impl Book {
    /// How far the present is covered, given how far it was read.
    fn covered(&self, present: Present) -> Present {
        match present {
            _ if self.reader.tells_of_flows() => Present::Heard,
            Present::Until(now_s) => Present::Until(now_s.saturating_sub(self.late_s)),
            Present::Heard => Present::Heard,
        }
    }

    fn misread(&self) -> bool {
        let (known, unknown) = self.of_late;
        unknown > known && known + unknown >= JUDGED_MIN
    }

    fn judge(&mut self, line: &[u8], read: &Line) {
        self.lines += 1;
        let (known, unknown) = &mut self.of_late;
        if *known + *unknown >= JUDGED {
            (*known, *unknown) = (*known / 2, *unknown / 2);
        }
        if *read != Line::Unknown {
            *known += 1;
            return;
        }
        *unknown += 1;
        self.not_understood += 1;
        self.first_not_understood.get_or_insert_with(|| shown(line));
    }
}

/// Takes the lines of a poll.
struct Pouring<'p> {
    book: &'p mut Book,
    ring: &'p mut Ring,
    /// When it was polled before.
    since_s: u64,
    now_s: u64,
    newest_s: Option<u64>,
}

impl Sink for Pouring<'_> {
    fn line(&mut self, line: &[u8]) {
        let read = self.book.reader.read(line);
        let is_ahead = read.at_s().is_some_and(|at_s| at_s > self.now_s.saturating_add(AHEAD_S));
        self.book.judge(line, if is_ahead { &Line::Unknown } else { &read });
        self.book.spoken |= read.speaks();
        if is_ahead {
            return self.book.track.gap(self.since_s, self.now_s);
        }
        let Some(at_s) = read.at_s() else { return };
        let told_s = at_s.min(self.now_s);
        self.book.track.heard(told_s);
        self.newest_s = self.newest_s.max(Some(told_s));
        match read {
            Line::Skipped(from_s, to_s) => self.book.track.gap(from_s, to_s.min(self.now_s)),
            Line::Entry(entry) => self.count(&entry),
            Line::Suppressed(_, lines) => self.change(at_s, |counts| {
                counts.suppressed = counts.suppressed.saturating_add(lines);
            }),
            _ => {}
        }
    }

    fn before(&mut self, line: &[u8]) {
        self.book.spoken |= self.book.reader.read(line).speaks();
    }

    fn at_s(&mut self, line: &[u8]) -> Option<u64> {
        self.book.reader.read(line).at_s()
    }

    fn opened(&mut self, last: &[u8], written_s: u64) {
        self.book.reader.advance(written_s);
        self.book.reader.anchor(last, written_s);
    }

    fn written(&mut self, at_s: u64) {
        self.book.reader.advance(at_s);
    }
}

impl Pouring<'_> {
    fn count(&mut self, entry: &Entry) {
        let ports = &self.book.ports;
        let elsewhere = !ports.is_empty() && entry.port.is_some_and(|port| !ports.contains(&port));
        match elsewhere {
            false => {
                if let Some(second) = self.ring.second(entry.at_s) {
                    second.count(&entry.seen);
                }
            }
            true if entry.seen.verdict == Ruling::Dropped => self.change(entry.at_s, |counts| {
                let sum = counts.dropped_elsewhere.saturating_add(entry.seen.packets);
                counts.dropped_elsewhere = sum;
            }),
            true => {}
        }
    }

    fn change(&mut self, at_s: u64, change: impl FnOnce(&mut FirewallCounts)) {
        if let Some(second) = self.ring.second(at_s) {
            change(&mut second.counts);
        }
    }
}

/// The beginning of a line, fit to be shown.
fn shown(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(&line[..line.len().min(SHOWN)]);
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.len() > SHOWN { plain + "…" } else { plain }
}
