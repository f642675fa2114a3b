//! What comes out of an import: a text, and what became of every meaning.

use std::fmt;

use foreign::Span;

use crate::day::Day;
use crate::finding::Finding;
use crate::judge::judge;
use crate::product::Product;
use crate::rule::Case;
use crate::severity::Severity;
use crate::subject::{Parsed, Subject, read_text};

use super::draft::Draft;
use super::parts::Fate;
use super::{envoy, finish, haproxy, nginx, write};

/// The rule that holds weights against capacities.
const WEIGHTS: &str = "EKW201";

/// A configuration that was made from another balancer's.
#[derive(Clone, Debug)]
pub struct Import {
    /// The file.
    pub text: String,
    /// Listeners, routes, pools and endpoints that are in it.
    pub kept: [usize; 4],
    /// What is near the old meaning, but not the same.
    pub changed: usize,
    /// What has no counterpart.
    pub lost: usize,
}

/// Why no configuration came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nothing {
    /// The reason.
    pub why: String,
    /// What was lost, each with its file and line.
    pub lost: Vec<String>,
}

impl fmt::Display for Nothing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)?;
        self.lost.iter().try_for_each(|lost| write!(f, "\n  {lost}"))
    }
}

impl std::error::Error for Nothing {}

/// Turns what another balancer has into a configuration of this one, which is always valid.
///
/// # Errors
/// When there is nothing that it could serve.
pub fn import(subject: &Subject) -> Result<Import, Nothing> {
    let nothing = |why: &str| Nothing { why: why.to_owned(), lost: Vec::new() };
    let mut draft = Draft::new(subject.sources());
    match &subject.parsed {
        Parsed::Haproxy(config) => haproxy::translate(config, &mut draft),
        Parsed::Nginx(config) => nginx::translate(config, subject.tree.as_deref(), &mut draft),
        Parsed::Envoy(configs) => envoy::translate(configs, &mut draft),
        Parsed::Evenkeel(_) => return Err(nothing("this is a configuration of Evenkeel already")),
    }
    finish::finish(&mut draft);
    for error in &subject.errors {
        draft.server.lost(error.span, format!("it was read past: {}", error.what));
    }
    for (span, what) in subject.misread() {
        draft.server.lost(span, what);
    }
    for (span, what) in subject.unknown() {
        let holds = |whole: Span| {
            whole.file == span.file && whole.start <= span.start && span.end <= whole.end
        };
        let is_told =
            write::all(&draft).any(|it| it.fate == Fate::Lost && it.span.is_some_and(holds));
        if !is_told {
            draft.server.lost(span, what);
        }
    }
    let missing = [
        (draft.listeners.is_empty(), "no address where HTTP is served"),
        (draft.pools.is_empty(), "no servers of HTTP that are named by address or name"),
        (draft.routes.is_empty(), "no way from a host or path to servers"),
    ];
    if let Some((_, what)) = missing.iter().find(|(is_missing, _)| *is_missing) {
        let why = format!("there is nothing to write: {what} could be taken over");
        return Err(Nothing { why, lost: write::remarks(&draft) });
    }
    let text = write::write(&draft, subject.product());
    if let Err(problems) = config::parse(&text, "import") {
        let why = format!("what came out is no valid configuration: {problems}");
        return Err(Nothing { why, lost: write::remarks(&draft) });
    }
    let text = if is_wrong_there(subject) { text } else { allowed(text) };
    let count = |fate: Fate| write::all(&draft).filter(|remark| remark.fate == fate).count();
    let endpoints = draft.pools.iter().map(|pool| pool.endpoints.len()).sum();
    let kept = [draft.listeners.len(), draft.routes.len(), draft.pools.len(), endpoints];
    Ok(Import { text, kept, changed: count(Fate::Changed), lost: count(Fate::Lost) })
}

/// Whether the weights are wrong by what the old file itself says of its servers. That is for a
/// person to allow.
fn is_wrong_there(subject: &Subject) -> bool {
    let audit = judge(&Case::of(subject), Day::FIRST);
    let is_wrong =
        |finding: &Finding| finding.rule.id == WEIGHTS && finding.severity == Severity::Error;
    audit.findings.iter().any(is_wrong)
}

/// Weights that a file has are an order that somebody gave: what would be an error of this
/// balancer's is allowed with that reason, so that the file serves as the old one did.
fn allowed(text: String) -> String {
    let Ok(subject) = read_text("import", &text, Some(Product::Evenkeel)) else { return text };
    let audit = judge(&Case::of(&subject), Day::FIRST);
    match audit.findings.iter().any(|finding| finding.rule.id == WEIGHTS) {
        true => {
            format!("# evenkeel: allow {WEIGHTS} -- the weights are those of the old file\n{text}")
        }
        false => text,
    }
}
