//! Counts what became of the lines, and keeps the first that were not read.

use std::io;

use super::fault::{Malformed, Refusal};

/// So many malformed lines are kept to be shown.
const KEPT_MAX: usize = 10;

/// A malformed line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bad {
    /// Its number, from 1.
    pub number: u64,
    /// What is wrong with it.
    pub malformed: Malformed,
}

/// What became of the lines of a log.
#[derive(Debug, Default)]
pub struct Summary {
    /// Requests.
    pub read: u64,
    /// Empty lines, and lines that tell of something else.
    pub aside: u64,
    /// Lines that are not in the format.
    pub malformed: u64,
    /// The first of those.
    pub bad: Vec<Bad>,
    /// Why the log was not read to its end, if it was not: a compressed file that was cut, a disk.
    pub broke: Option<io::Error>,
}

impl Summary {
    /// All lines.
    pub fn lines(&self) -> u64 {
        self.read + self.aside + self.malformed
    }

    pub(super) fn refused(&mut self, number: u64, refusal: Refusal) {
        match refusal {
            Refusal::Aside(_) => self.aside += 1,
            Refusal::Malformed(malformed) => {
                self.malformed += 1;
                self.keep(Bad { number, malformed });
            }
        }
    }

    /// Adds what became of the lines that follow.
    pub(super) fn add(&mut self, later: Summary) {
        self.read += later.read;
        self.aside += later.aside;
        self.malformed += later.malformed;
        later.bad.into_iter().for_each(|bad| self.keep(bad));
    }

    fn keep(&mut self, bad: Bad) {
        if self.bad.len() < KEPT_MAX {
            self.bad.push(bad);
        }
    }
}
