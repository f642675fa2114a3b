//! Cuts bytes into blocks of whole lines, in constant memory however long a line is.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memrchr};

use super::Input;
use crate::logs::parser::LINE_MAX;

/// Bytes of a block: it fits into a core's cache, and handing one over costs little beside it.
const BLOCK: usize = 256 << 10;

/// A line of which so many bytes come has no end, and is no line of a log: a device, or what is
/// none.
const ENDLESS: u64 = 64 << 20;

/// Whole lines; the last one of a log may lack its end.
#[derive(Debug, Default)]
pub(in crate::logs) struct Block {
    bytes: Vec<u8>,
    length: usize,
    /// The number of its first line, from 1.
    pub(in crate::logs) first: u64,
}

/// Cuts an input into blocks.
pub(in crate::logs) struct Blocks {
    input: Input,
    /// The line that the last block did not end.
    begun: Vec<u8>,
    /// That line is too long, and so is the rest of it up to its end.
    skipping: bool,
    /// Bytes of it that were passed over.
    skipped: u64,
    /// The number of the next line.
    next: u64,
    ended: bool,
}

impl Block {
    /// Its bytes.
    pub(in crate::logs) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl Blocks {
    pub(in crate::logs) fn new(input: Input) -> Blocks {
        Blocks { input, begun: Vec::new(), skipping: false, skipped: 0, next: 1, ended: false }
    }

    /// Fills a block with the next lines; false where none are left. After an error nothing more
    /// comes, and a line that was begun is lost.
    pub(in crate::logs) fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        block.bytes.resize(BLOCK, 0);
        block.first = self.next;
        block.length = 0;
        self.put_begun(block);
        while !self.ended {
            match self.more(block) {
                Ok(0) => {
                    self.ended = true;
                    return Ok(self.hand_over(block, block.length));
                }
                Ok(_) if block.length < BLOCK => {}
                Ok(_) => match memrchr(b'\n', block.bytes()) {
                    Some(last) => return Ok(self.hand_over(block, last + 1)),
                    None => self.cut(block),
                },
                Err(error) => {
                    self.ended = true;
                    return Err(error);
                }
            }
        }
        Ok(false)
    }

    /// The whole lines of a block whose last read failed.
    pub(in crate::logs) fn before_error(&mut self, block: &mut Block) -> bool {
        let length = memrchr(b'\n', block.bytes()).map_or(0, |last| last + 1);
        self.hand_over(block, length)
    }

    fn put_begun(&mut self, block: &mut Block) {
        if let Some(place) = block.bytes.get_mut(..self.begun.len()) {
            place.copy_from_slice(&self.begun);
            block.length = self.begun.len();
        }
        self.begun.clear();
    }

    /// Reads once; tells how many bytes came, of which some may have been skipped.
    fn more(&mut self, block: &mut Block) -> io::Result<usize> {
        let place = block.bytes.get_mut(block.length..).unwrap_or_default();
        let count = loop {
            match self.input.read(place) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        let mut kept = count;
        if self.skipping {
            let came = place.get_mut(..count).unwrap_or_default();
            match memchr(b'\n', came) {
                Some(end) => {
                    came.copy_within(end.., 0);
                    kept = count - end;
                    (self.skipping, self.skipped) = (false, 0);
                }
                None => {
                    kept = 0;
                    self.skipped += count as u64;
                }
            }
            if self.skipped > ENDLESS {
                let what = format!("a line of more than {} MiB, which no log has", ENDLESS >> 20);
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
            }
        }
        block.length += kept;
        Ok(count)
    }

    /// A block that is one line only: what shows that it is too long is kept.
    fn cut(&mut self, block: &mut Block) {
        block.length = LINE_MAX + 1;
        self.skipping = true;
    }

    /// Keeps what follows `length` for the next block.
    fn hand_over(&mut self, block: &mut Block, length: usize) -> bool {
        let begun = block.bytes().get(length..).unwrap_or_default();
        let kept = begun.get(..LINE_MAX + 1);
        self.skipping |= kept.is_some();
        self.begun.extend_from_slice(kept.unwrap_or(begun));
        block.length = length;
        self.next += memchr_iter(b'\n', block.bytes()).count() as u64;
        length > 0
    }
}
