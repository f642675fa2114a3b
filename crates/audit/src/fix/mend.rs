//! Mends what can be mended, and holds the outcome against what was there before.

use std::collections::BTreeMap;
use std::fmt;

use super::choose::choose;
use super::prove::prove;
use super::text::applied;
use crate::day::Day;
use crate::judge::{Audit, judge_by};
use crate::policy::Policy;
use crate::rule::Case;
use crate::subject::{Refusal, Subject, reread};

/// What mending would make of a configuration.
#[derive(Debug)]
pub struct Mending {
    /// The files that change; none where nothing can be mended.
    pub files: Vec<Mended>,
    /// What is done, one sentence for each finding.
    pub done: Vec<String>,
    /// How many could be mended, but not together with these.
    pub later: usize,
    /// The configuration as it would be.
    pub subject: Subject,
    /// What would still be found in it.
    pub audit: Audit,
}

/// A file before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// Its name, as it was read.
    pub name: String,
    /// What it says.
    pub before: String,
    /// What it would say.
    pub after: String,
}

/// Why nothing is to be changed.
#[derive(Debug)]
pub enum Unmended {
    /// Its balancer refuses it as it is: what a change makes of it cannot be known.
    Broken,
    /// A change would be about something else than was read.
    Misplaced(String),
    /// With the changes it could not be read.
    Unread(Box<Refusal>),
    /// With the changes it would say something else than was meant.
    Unlike(String),
}

impl fmt::Display for Unmended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unmended::Broken => f.write_str("its balancer refuses it as it is; mend that first"),
            Unmended::Misplaced(name) => write!(f, "a change does not fit into {name}"),
            Unmended::Unread(why) => write!(f, "with the changes it could not be read: {why}"),
            Unmended::Unlike(what) => {
                write!(f, "with the changes it would not be the same: {what}")
            }
        }
    }
}

impl std::error::Error for Unmended {}

/// Makes the changes that findings offer, in memory: what is allowed or off is left alone. `policy`
/// and `today` are those of the audit.
///
/// # Errors
/// When the outcome is not what was there before, without what was mended.
pub fn mend(
    subject: &Subject,
    audit: &Audit,
    policy: &Policy,
    today: Day,
) -> Result<Mending, Unmended> {
    if !subject.errors.is_empty() {
        return Err(Unmended::Broken);
    }
    let sources = subject.sources();
    let chosen = choose(&audit.findings, sources);
    let mut files = Vec::new();
    for (name, parts) in &chosen.files {
        let file = sources.files().find(|file| sources.name(*file) == name);
        let before = file.map_or("", |file| sources.text(file));
        let after = applied(before, parts).ok_or_else(|| Unmended::Misplaced(name.clone()))?;
        files.push(Mended { name: name.clone(), before: before.to_owned(), after });
    }
    let changed: BTreeMap<&str, &str> =
        files.iter().map(|file| (file.name.as_str(), file.after.as_str())).collect();
    let again = reread(subject, &changed).map_err(|why| Unmended::Unread(Box::new(why)))?;
    let left = judge_by(&Case::of(&again), policy, today);
    prove(subject, audit, &chosen.mended, &again, &left).map_err(Unmended::Unlike)?;
    let done = chosen.mended.iter().map(|finding| {
        let what = finding.fix.as_ref().map_or("", |edit| &edit.what);
        let place = finding.span.map(|span| sources.place(span));
        let place = place.map_or(String::new(), |place| format!("{}:{}: ", place.file, place.line));
        format!("{place}{} {what}", finding.rule.id)
    });
    let (done, later) = (done.collect(), chosen.later);
    Ok(Mending { files, done, later, subject: again, audit: left })
}
