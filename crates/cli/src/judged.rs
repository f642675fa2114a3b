//! This balancer's own configuration, read and held against the rules.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use audit::report::{self, View};
use audit::{Audit, Case, Day, Policy, PolicyError, Severity, Subject};
use config::{LoadError, Loaded, Settings};

use crate::audit::today;
use crate::unusable;

const POLICY_PLACE: &str = "a relative path is taken from the working directory";

/// A valid configuration, and what was found in it.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) loaded: Loaded,
    pub(crate) subject: Subject,
    pub(crate) audit: Audit,
}

/// Why a configuration cannot be judged.
#[derive(Debug)]
pub(crate) enum Unjudged {
    /// It cannot be read, or is not valid.
    Unusable(LoadError),
    /// The policy that it names cannot be read, or is not valid.
    Policy(PolicyError),
}

/// Why a configuration is not put in force.
#[derive(Debug)]
pub(crate) enum Unfit {
    /// Nobody can tell what it is worth.
    Unjudged(Unjudged),
    /// It is valid, and something in it that is as bad as an outage is not allowed.
    Found(Box<Judged>),
}

/// Reads a configuration and judges it.
///
/// # Errors
/// When there is nothing to judge.
pub(crate) fn load(path: &Path) -> Result<Judged, Unjudged> {
    load_on(path, today())
}

fn load_on(path: &Path, day: Day) -> Result<Judged, Unjudged> {
    let loaded = config::load(path).map_err(Unjudged::Unusable)?;
    let policy = policy_of(&loaded.settings).map_err(Unjudged::Policy)?;
    let subject = audit::own(&loaded);
    let audit = audit::judge_by(&Case::of(&subject), &policy, day);
    Ok(Judged { loaded, subject, audit })
}

/// The policy that a configuration names, or one that asks for nothing.
pub(crate) fn policy_of(settings: &Settings) -> Result<Policy, PolicyError> {
    settings.audit.policy.as_deref().map_or_else(|| Ok(Policy::default()), Policy::load)
}

/// Reads a configuration that may be put in force.
///
/// # Errors
/// When it is not valid, or an error was found in it that it does not allow itself.
pub(crate) fn fit(path: &Path) -> Result<Loaded, Unfit> {
    let judged = load(path).map_err(Unfit::Unjudged)?;
    if judged.audit.worst() >= Some(Severity::Error) {
        return Err(Unfit::Found(Box::new(judged)));
    }
    judged.announce_ends();
    Ok(judged.loaded)
}

/// Reads a configuration that a process may start with: a calendar stops nobody who has to start
/// again at night, so what was once allowed is, and it is said aloud.
///
/// # Errors
/// See [`fit`].
pub(crate) fn fit_to_start(path: &Path) -> Result<Loaded, Unfit> {
    let today = match fit(path) {
        Err(Unfit::Found(judged)) => judged,
        settled => return settled,
    };
    let once = load_on(path, Day::FIRST).map_err(Unfit::Unjudged)?;
    if once.audit.worst() >= Some(Severity::Error) {
        return Err(Unfit::Found(today));
    }
    for finding in today.errors().findings {
        let (rule, what) = (finding.rule.id, &finding.what);
        tracing::error!(rule, "no longer allowed, and no reload will be taken: {what}");
    }
    Ok(once.loaded)
}

impl Judged {
    /// All that was found, for a person.
    pub(crate) fn text(&self, colour: bool) -> String {
        self.view(&self.audit, |view| report::text(view, colour))
    }

    /// All that was found, for a program.
    pub(crate) fn object(&self) -> serde_json::Value {
        self.view(&self.audit, report::object)
    }

    /// Only what keeps it from being put in force.
    fn errors(&self) -> Audit {
        let findings = self.audit.findings.iter();
        let errors = findings.filter(|finding| finding.severity == Severity::Error);
        Audit { findings: errors.cloned().collect(), suppressed: Vec::new(), off: Vec::new() }
    }

    fn view<T>(&self, audit: &Audit, show: impl FnOnce(&View<'_>) -> T) -> T {
        let root = std::env::current_dir().unwrap_or_default();
        let fails = Severity::Error;
        show(&View { subject: &self.subject, audit, root: &root, folder: &root, fails })
    }

    /// A reload after that day is refused, and nobody expects that of a calendar.
    fn announce_ends(&self) {
        for one in &self.audit.suppressed {
            let (finding, Some(until)) = (&one.finding, one.until) else { continue };
            if finding.severity == Severity::Error {
                let (rule, what) = (finding.rule.id, &finding.what);
                tracing::warn!(rule, %until, "allowed until then, and refused after: {what}");
            }
        }
    }
}

impl fmt::Display for Unjudged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unjudged::Unusable(error) => error.fmt(f),
            Unjudged::Policy(error) => error.fmt(f),
        }
    }
}

impl Unjudged {
    /// All that is wrong, for a person; lines ended by `\n`.
    pub(crate) fn describe(&self, colour: bool) -> String {
        match self {
            Unjudged::Unusable(error) => unusable::describe(error, colour),
            Unjudged::Policy(PolicyError::Invalid(problems)) => problems.render(colour),
            Unjudged::Policy(error) => {
                format!("error: {error}\n  hint: `audit.policy` names it; {POLICY_PLACE}\n")
            }
        }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Unjudged::Unusable(error) => unusable::exit_code(error),
            Unjudged::Policy(PolicyError::Invalid(_)) => unusable::FAULTY.into(),
            Unjudged::Policy(_) => unusable::UNREADABLE.into(),
        }
    }
}

impl Unfit {
    /// All that is wrong, for a person; lines ended by `\n`.
    pub(crate) fn describe(&self, colour: bool) -> String {
        let judged = match self {
            Unfit::Unjudged(why) => return why.describe(colour),
            Unfit::Found(judged) => judged,
        };
        let errors = judged.errors();
        let mut rules: Vec<&str> = errors.findings.iter().map(|it| it.rule.id).collect();
        rules.sort_unstable();
        rules.dedup();
        let text = judged.view(&errors, |view| report::text(view, colour));
        let comment =
            |rule: &str| format!("    # evenkeel: allow {rule} until YYYY-MM-DD -- reason\n");
        let comments: String = rules.into_iter().map(comment).collect();
        let hint = "mend it, or allow it by a comment on the line above, with a reason:";
        format!("{text}  hint: {hint}\n{comments}")
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Unfit::Unjudged(why) => why.exit_code(),
            Unfit::Found(_) => unusable::FAULTY.into(),
        }
    }
}
