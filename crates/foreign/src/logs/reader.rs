//! Reads a log from its first line to its last.

use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use super::detect::{Found, detect, sample};
use super::each::each;
use super::fault::FormatFault;
use super::format::Format;
use super::input::{Block, Blocks, open};
use super::line::Line;
use super::parser::Parser;
use super::tally::Summary;
use super::threads::in_threads;

/// How a log is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Its format; `None` to find it out.
    pub format: Option<Format>,
    /// The zone of times that name none, in seconds east of UTC.
    pub east_s: i32,
}

/// Why a log cannot be read at all.
#[derive(Debug)]
pub enum OpenError {
    /// Its bytes cannot be had.
    Io(io::Error),
    /// The format that was asked for is none.
    Format(FormatFault),
    /// No format reads its first lines.
    Unknown,
}

/// A log that is open.
///
/// ```
/// use foreign::logs::{Asked, Reader};
///
/// let log = r#"192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 23"#;
/// let reader = Reader::new(log.as_bytes(), &Asked::default())?;
/// assert_eq!(reader.found().format.name(), "common");
/// let summary = reader.each(|number, line| {
///     assert_eq!((number, line.path(), line.status), (1, Some(&b"/a"[..]), Some(200)));
/// });
/// assert_eq!((summary.read, summary.malformed), (1, 0));
/// # Ok::<(), foreign::logs::OpenError>(())
/// ```
pub struct Reader {
    blocks: Blocks,
    /// What was read to find the format out.
    first: Option<Block>,
    broke: Option<io::Error>,
    parser: Parser,
    found: Found,
}

/// A log of which the first lines were read.
struct Opened {
    blocks: Blocks,
    first: Block,
    /// Whether there are any.
    some: bool,
    broke: Option<io::Error>,
}

impl Opened {
    fn new(read: impl Read + Send + 'static) -> Result<Opened, OpenError> {
        let mut blocks = Blocks::new(open(read).map_err(OpenError::Io)?);
        let mut first = Block::default();
        let (some, broke) = match blocks.fill(&mut first) {
            Ok(some) => (some, None),
            Err(error) => (blocks.before_error(&mut first), Some(error)),
        };
        match broke {
            Some(error) if !some => Err(OpenError::Io(error)),
            broke => Ok(Opened { blocks, first, some, broke }),
        }
    }

    fn read_by(self, (parser, found): (Parser, Found)) -> Reader {
        let Opened { blocks, first, some, broke } = self;
        Reader { blocks, first: some.then_some(first), broke, parser, found }
    }
}

impl Reader {
    /// Opens a file or a pipe, which may be packed with gzip or Zstandard.
    pub fn open(path: &Path, asked: &Asked) -> Result<Reader, OpenError> {
        Reader::new(config::open_file(path).map_err(OpenError::Io)?, asked)
    }

    /// Reads from anything, in the format that reads the most of the first lines, and of those the
    /// one that tells the most: one that is found out, or one of these. What is read may be a pipe:
    /// its lines come once.
    pub fn fitting(
        read: impl Read + Send + 'static,
        formats: Vec<Format>,
    ) -> Result<Reader, OpenError> {
        let opened = Opened::new(read)?;
        let asked = |format| Asked { format, east_s: 0 };
        let fits = |found: &Found| {
            ((found.read * 1000).checked_div(found.sampled).unwrap_or(0), found.told)
        };
        let mut best = choose(opened.first.bytes(), &asked(None));
        for format in formats {
            let Ok(made) = choose(opened.first.bytes(), &asked(Some(format))) else { continue };
            let before = best.as_ref().map_or((0, 0), |(_, found)| fits(found));
            if fits(&made.1).0 > 0 && fits(&made.1) >= before {
                best = Ok(made);
            }
        }
        Ok(opened.read_by(best?))
    }

    /// Reads from anything. A log without a line is no error: it has whatever format was asked for.
    pub fn new(read: impl Read + Send + 'static, asked: &Asked) -> Result<Reader, OpenError> {
        let opened = Opened::new(read)?;
        let made = choose(opened.first.bytes(), asked)?;
        Ok(opened.read_by(made))
    }

    /// The format, and how many of the first lines it reads.
    pub fn found(&self) -> &Found {
        &self.found
    }

    /// Tells each request with the number of its line, from 1, in the order of the log.
    pub fn each(mut self, mut visit: impl FnMut(u64, &Line<'_>)) -> Summary {
        let mut summary = Summary::default();
        let mut block = Block::default();
        while let Some(filled) = self.next(block) {
            summary.add(each(filled.bytes(), filled.first, &mut self.parser, &mut visit));
            block = filled;
        }
        Summary { broke: self.broke, ..summary }
    }

    /// The same with `threads` threads that read lines, beside one that unpacks: for each stretch
    /// of lines `start` makes an empty result, `visit` fills it, and `take` gets the results in
    /// the order of the log, on the caller's own thread. Memory is bounded: where `take` is slow,
    /// the others wait.
    pub fn each_in_threads<T: Send>(
        self,
        threads: usize,
        start: impl Fn() -> T + Sync,
        visit: impl Fn(&mut T, u64, &Line<'_>) + Sync,
        take: impl FnMut(T),
    ) -> Summary {
        let parser = self.parser.clone();
        in_threads(self, &parser, threads.max(1), &start, &visit, take)
    }

    /// The next lines, in the block that is handed in.
    pub(super) fn next(&mut self, mut block: Block) -> Option<Block> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        match self.blocks.fill(&mut block) {
            Ok(true) => Some(block),
            Ok(false) => None,
            Err(error) => {
                self.broke = Some(error);
                self.blocks.before_error(&mut block).then_some(block)
            }
        }
    }

    /// Why reading has ended early.
    pub(super) fn broke(self) -> Option<io::Error> {
        self.broke
    }
}

fn choose(bytes: &[u8], asked: &Asked) -> Result<(Parser, Found), OpenError> {
    if asked.format.is_none() && !bytes.is_empty() {
        let found = detect(bytes, asked.east_s).ok_or(OpenError::Unknown)?;
        let parser = Parser::new(&found.format, asked.east_s).map_err(OpenError::Format)?;
        return Ok((parser, found));
    }
    let format = asked.format.clone().unwrap_or(Format::Combined);
    let parser = Parser::new(&format, asked.east_s).map_err(OpenError::Format)?;
    let (read, told, sampled) = sample(bytes, &mut parser.clone());
    Ok((parser, Found { format, read, told, sampled, guessed: false }))
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::Io(error) => write!(f, "cannot read the log: {error}"),
            OpenError::Format(fault) => fault.fmt(f),
            OpenError::Unknown => {
                f.write_str("no format that is known reads the log's first lines")
            }
        }
    }
}

impl std::error::Error for OpenError {}
