//! What a report is made of.

use std::path::Path;

use crate::judge::Audit;
use crate::severity::Severity;
use crate::subject::Subject;

/// An audit and what it was made of.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The configuration.
    pub subject: &'a Subject,
    /// What was found in it.
    pub audit: &'a Audit,
    /// The folder that paths are told from: a repository's root, where one is around.
    pub root: &'a Path,
    /// The folder that files' names start from: where the program runs.
    pub folder: &'a Path,
    /// From which severity on a finding fails a build.
    pub fails: Severity,
}

impl View<'_> {
    /// `1 error, 2 warnings`, or `nothing found`; what is allowed is counted, too.
    pub(super) fn summary(&self) -> String {
        let of = |severity: Severity| {
            let n = self.audit.count(severity);
            let plural = if n == 1 || severity == Severity::Info { "" } else { "s" };
            (n > 0).then(|| format!("{n} {}{plural}", severity.as_str()))
        };
        let counts = [Severity::Error, Severity::Warning, Severity::Info].map(of);
        let mut told: Vec<String> = counts.into_iter().flatten().collect();
        match self.subject.errors.len() {
            0 if told.is_empty() => told.push("nothing found".to_owned()),
            0 => {}
            1 => told.push("1 place that cannot be read".to_owned()),
            n => told.push(format!("{n} places that cannot be read")),
        }
        if !self.audit.suppressed.is_empty() {
            told.push(format!("{} allowed", self.audit.suppressed.len()));
        }
        told.join(", ")
    }
}
