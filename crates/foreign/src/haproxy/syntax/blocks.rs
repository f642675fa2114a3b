//! Nested blocks of `.if`, `.elif`, `.else` and `.endif`.

use super::condition::{self, Verdict};
use super::environment::Environment;
use super::line::{Line, Liveness};
use super::remarks::{Doubt, Remarks};
use super::truth::Truth;
use crate::{Span, SyntaxError};

/// HAProxy nests no deeper.
const DEPTH_MAX: usize = 99;

/// The blocks around a line.
#[derive(Default)]
pub(super) struct Blocks {
    open: Vec<Block>,
    /// Blocks beyond the depth that is allowed.
    beyond: usize,
}

struct Block {
    opened: Span,
    /// Whether the lines around it count.
    around: Truth,
    /// Whether this branch counts, were the lines around it to.
    branch: Truth,
    /// Whether an earlier branch, or this one, did.
    taken: Truth,
    has_else: bool,
}

impl Blocks {
    /// Whether a line counts here.
    pub(super) fn liveness(&self) -> Liveness {
        match self.truth() {
            Truth::No => Liveness::Dropped,
            Truth::Unknown => Liveness::Doubtful,
            Truth::Yes => Liveness::Live,
        }
    }

    /// The innermost block that is not closed.
    pub(super) fn open(&self) -> Option<Span> {
        self.open.last().map(|block| block.opened)
    }

    /// Follows a directive. False: it is none of these.
    pub(super) fn directive(
        &mut self,
        line: &Line,
        environment: &Environment<'_>,
        remarks: &mut Remarks,
    ) -> bool {
        let keyword = line.words.first().map_or("", |word| &word.text);
        match keyword {
            ".if" => self.begin(line, environment, remarks),
            ".elif" => self.other(line, environment, remarks),
            ".else" => self.last(line, remarks),
            ".endif" => self.end(line, remarks),
            _ => return false,
        }
        true
    }

    fn truth(&self) -> Truth {
        self.open.last().map_or(Truth::Yes, |block| block.around.and(block.branch))
    }

    fn begin(&mut self, line: &Line, environment: &Environment<'_>, remarks: &mut Remarks) {
        if self.open.len() >= DEPTH_MAX {
            self.beyond += 1;
            let error = SyntaxError::new(line.said(), "too many nested `.if`");
            remarks.fail(error.expected(format!("at most {DEPTH_MAX}")));
            return;
        }
        let around = self.truth();
        let branch = match around {
            Truth::No => Truth::No,
            _ => holds(line, environment, remarks),
        };
        let opened = line.said();
        self.open.push(Block { opened, around, branch, taken: branch, has_else: false });
    }

    fn other(&mut self, line: &Line, environment: &Environment<'_>, remarks: &mut Remarks) {
        let Some(block) = self.innermost(line, remarks) else { return };
        let free = block.taken.not();
        let is_asked = block.around != Truth::No && free != Truth::No;
        let holds = if is_asked { holds(line, environment, remarks) } else { Truth::No };
        block.branch = free.and(holds);
        block.taken = block.taken.or(holds);
    }

    fn last(&mut self, line: &Line, remarks: &mut Remarks) {
        refuse_arguments(line, remarks);
        let Some(block) = self.innermost(line, remarks) else { return };
        block.branch = block.taken.not();
        block.has_else = true;
    }

    fn end(&mut self, line: &Line, remarks: &mut Remarks) {
        refuse_arguments(line, remarks);
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if self.open.pop().is_none() {
            remarks.fail(SyntaxError::new(line.said(), "`.endif` without `.if`"));
        }
    }

    /// The block that `.elif` or `.else` goes on with.
    fn innermost(&mut self, line: &Line, remarks: &mut Remarks) -> Option<&mut Block> {
        let keyword = line.words.first().map_or("", |word| &word.text);
        let fault = match self.open.last() {
            _ if self.beyond > 0 => return None,
            None => format!("`{keyword}` without `.if`"),
            Some(block) if block.has_else => format!("`{keyword}` behind `.else`"),
            Some(_) => return self.open.last_mut(),
        };
        remarks.fail(SyntaxError::new(line.said(), fault));
        None
    }
}

fn refuse_arguments(line: &Line, remarks: &mut Remarks) {
    if let [keyword, extra, ..] = line.arguments() {
        let what = format!("`{}` takes no arguments", keyword.text);
        remarks.fail(SyntaxError::new(extra.span, what));
    }
}

/// Whether a condition holds; what is wrong or not known is told.
fn holds(line: &Line, environment: &Environment<'_>, remarks: &mut Remarks) -> Truth {
    let words: Vec<&str> = line.words.iter().skip(1).map(|word| word.text.as_ref()).collect();
    match condition::read(&words.join(" "), environment) {
        Verdict::Known(truth) => truth,
        Verdict::Unknown(why) => {
            let what = format!("{why}: the branches on both sides count");
            remarks.tell(line.said(), Doubt::OpenCondition, what);
            Truth::Unknown
        }
        Verdict::Fault(what) => {
            let error = SyntaxError::new(line.said(), what);
            remarks.fail(error.expected("predicates, `!`, `&&`, `||` and parentheses"));
            Truth::Unknown
        }
    }
}
