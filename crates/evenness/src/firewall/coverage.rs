//! How much of a stretch of time a firewall's logs tell of.
//!
//! "No drops" rules a flood out only where somebody would have written them down. The rule for
//! a log file, which whoever reads it applies and puts down as spans:
//!
//! - It covers from the first line that was read to the present, while it can be read, nothing
//!   of it is left to read, and its last line, whoever wrote it, is less than an hour old: who
//!   wrote a line an hour ago is taken to be still writing. An older last line covers nothing
//!   after itself.
//! - Where lines come late, it covers up to the lateness of the newest one. Flow logs cover up
//!   to the newest end of a flow only.
//! - It covers nothing until a line of the firewall itself was read: a kernel's log moves
//!   without any rule that logs. Nor while most of its lines are not understood.
//! - What may have been lost is a gap: the time in which a file was missing or not readable,
//!   between two polls when it was cut to nothing or rotated twice, and what a flow log says it
//!   skipped.

/// Whether a log file is followed, and what stands in the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileState {
    /// Read to its end.
    Following,
    /// There is more than could be read so far.
    Behind,
    /// Its last line is an hour old or more.
    Silent,
    /// No line of a firewall has been read from it.
    Mute,
    /// Most of its lines are not understood.
    Misread,
    /// There is no such file.
    #[default]
    Missing,
    /// It is there, and cannot be read.
    Unreadable,
}

impl FileState {
    /// Its name in labels and JSON.
    pub fn name(self) -> &'static str {
        match self {
            FileState::Following => "following",
            FileState::Behind => "behind",
            FileState::Silent => "silent",
            FileState::Mute => "mute",
            FileState::Misread => "misread",
            FileState::Missing => "missing",
            FileState::Unreadable => "unreadable",
        }
    }

    /// What it means, for a person.
    pub fn meaning(self) -> &'static str {
        match self {
            FileState::Following => "read to its end",
            FileState::Behind => "not read to its end yet",
            FileState::Silent => "no line for an hour or more",
            FileState::Mute => "no line of a firewall in it",
            FileState::Misread => "most lines are not understood",
            FileState::Missing => "there is no such file",
            FileState::Unreadable => "cannot be read",
        }
    }
}

/// What is known of one log file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileCoverage {
    /// Its name.
    pub file: String,
    /// How it stands.
    pub state: FileState,
    /// Stretches that it tells of: from a second to before another, since the Unix epoch, in
    /// order and apart.
    pub spans: Vec<(u64, u64)>,
    /// Lines read.
    pub lines: u64,
    /// Lines among them that are not in the file's format.
    pub not_understood: u64,
    /// The first of those, cut.
    pub first_not_understood: Option<String>,
    /// Bytes that are not read yet.
    pub lag_bytes: u64,
    /// Whether its tool leaves lines out when there are many, so that counts are floors.
    pub limited: bool,
    /// What the system said of a file that cannot be read.
    pub error: Option<String>,
}

impl FileCoverage {
    /// What is covered between two seconds, in seconds.
    pub fn covered_s(&self, from_s: u64, to_s: u64) -> u64 {
        if matches!(self.state, FileState::Mute | FileState::Misread) {
            return 0;
        }
        let inside = |&(from, to): &(u64, u64)| to.min(to_s).saturating_sub(from.max(from_s));
        self.spans.iter().map(inside).sum()
    }

    /// What is not covered between two seconds, in order.
    pub fn gaps(&self, from_s: u64, to_s: u64) -> Vec<(u64, u64)> {
        let mut gaps = Vec::new();
        let mut at = from_s;
        let covering = !matches!(self.state, FileState::Mute | FileState::Misread);
        for &(from, to) in self.spans.iter().filter(|_| covering) {
            if from.min(to_s) > at {
                gaps.push((at, from.min(to_s)));
            }
            at = at.max(to);
        }
        if at < to_s {
            gaps.push((at, to_s));
        }
        gaps
    }
}

/// Whether a stretch is covered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Covers {
    /// Every file tells of all of it.
    Full,
    /// The part that is told of, above 0 and below 1; of several files the mean.
    Part(f64),
    /// No file tells of any of it.
    None,
}

/// What all log files together tell of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The files.
    pub files: Vec<FileCoverage>,
}

impl Coverage {
    /// Whether a stretch of time is covered. Each file is a witness of its own: while one of
    /// them is missing, what it would have said is not known. No file, or no time: `None`.
    pub fn covers(&self, from_s: u64, to_s: u64) -> Covers {
        let length = to_s.saturating_sub(from_s).saturating_mul(self.files.len() as u64);
        let covered: u64 = self.files.iter().map(|file| file.covered_s(from_s, to_s)).sum();
        match covered {
            0 => Covers::None,
            _ if covered >= length => Covers::Full,
            _ => Covers::Part(covered as f64 / length as f64),
        }
    }

    /// Whether counts are floors: some tool leaves lines out when there are many.
    pub fn limited(&self) -> bool {
        self.files.iter().any(|file| file.limited)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(state: FileState, spans: &[(u64, u64)]) -> FileCoverage {
        FileCoverage { state, spans: spans.to_vec(), ..FileCoverage::default() }
    }

    fn check(files: &[FileCoverage], expected: Covers) {
        let coverage = Coverage { files: files.to_vec() };
        assert_eq!(coverage.covers(100, 200), expected, "{files:?}");
    }

    #[test]
    fn a_stretch_is_covered_in_full_in_part_or_not() {
        let following = FileState::Following;
        check(&[file(following, &[(0, 200)])], Covers::Full);
        check(&[file(following, &[(150, 300)])], Covers::Part(0.5));
        check(&[file(FileState::Missing, &[(90, 120), (130, 140)])], Covers::Part(0.3));
        check(&[file(following, &[(0, 100), (200, 300)])], Covers::None);
        check(&[file(FileState::Mute, &[(0, 300)])], Covers::None);
        check(&[file(FileState::Misread, &[(0, 300)])], Covers::None);
        check(&[], Covers::None);
    }

    /// Goal: one missing witness is not made up for by another.
    #[test]
    fn every_file_is_a_witness() {
        let whole = file(FileState::Following, &[(0, 300)]);
        check(&[whole.clone(), whole.clone()], Covers::Full);
        check(&[whole, file(FileState::Missing, &[])], Covers::Part(0.5));
    }

    #[test]
    fn no_time_is_not_covered() {
        let coverage = Coverage { files: vec![file(FileState::Following, &[(0, 300)])] };
        assert_eq!(coverage.covers(200, 200), Covers::None);
        assert_eq!(coverage.covers(200, 100), Covers::None);
    }

    #[test]
    fn gaps_are_what_is_left() {
        let spans = file(FileState::Missing, &[(90, 120), (130, 140)]);
        assert_eq!(spans.gaps(100, 200), [(120, 130), (140, 200)]);
        assert_eq!(spans.gaps(0, 100), [(0, 90)]);
        assert_eq!(spans.gaps(100, 110), []);
        assert_eq!(file(FileState::Mute, &[(0, 300)]).gaps(100, 200), [(100, 200)]);
    }
}
