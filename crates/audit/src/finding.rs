//! What a rule found: where, what, and what would be right.

use foreign::{Placed, Span};

use crate::rule::Doc;
use crate::severity::Severity;

/// What a rule found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Doc,
    /// How bad it is: what the rule says, unless a policy says otherwise.
    pub severity: Severity,
    /// What is wrong here, in one sentence with names and figures.
    pub what: String,
    /// Where; absent where no line says it.
    pub span: Option<Span>,
    /// Other places it has to do with, and what is to be seen there.
    pub related: Vec<Placed<String>>,
    /// The pool, backend, upstream or cluster it is about.
    pub pool: Option<String>,
    /// Evidence: figures from a log or from a running balancer, and what could not be known.
    pub notes: Vec<String>,
    /// A change that mends it and changes nothing else.
    pub fix: Option<Edit>,
}

/// A change of the text that is safe to make without asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What it does.
    pub what: String,
    /// What stands there, and what is to stand there instead. Parts do not overlap.
    pub parts: Vec<Placed<String>>,
}

impl Finding {
    /// One that is yet to say where.
    pub fn new(rule: &'static Doc, what: impl Into<String>) -> Finding {
        Finding {
            rule,
            severity: rule.severity,
            what: what.into(),
            span: None,
            related: Vec::new(),
            pool: None,
            notes: Vec::new(),
            fix: None,
        }
    }

    /// Says where.
    pub fn at(mut self, span: impl Into<Option<Span>>) -> Finding {
        self.span = span.into();
        self
    }

    /// Says of which pool.
    pub fn of(mut self, pool: impl Into<String>) -> Finding {
        self.pool = Some(pool.into());
        self
    }

    /// Shows another place.
    pub fn related(mut self, span: Span, what: impl Into<String>) -> Finding {
        self.related.push(Placed::new(what.into(), span));
        self
    }

    /// Adds evidence.
    pub fn note(mut self, note: impl Into<String>) -> Finding {
        self.notes.push(note.into());
        self
    }

    /// Offers a change.
    pub fn fix(mut self, what: impl Into<String>, parts: Vec<Placed<String>>) -> Finding {
        self.fix = Some(Edit { what: what.into(), parts });
        self
    }
}
