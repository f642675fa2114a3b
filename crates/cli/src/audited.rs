//! What is audited again and again: a running balancer's own file, and those that its configuration
//! or a command names.

use std::path::PathBuf;

use audit::predict::{PoolPrediction, Prediction};
use audit::{Case, Doc, Finding, Needs, Policy, Severity, Subject};
use config::{AuditTarget, LevelName, Loaded, ProductName, RunningAt, Size};
use foreign::running::Running;
use ops::audits::{Found, Looked};

use crate::audit::today;
use crate::{judged, logs, running, traffic};

/// The name of the balancer's own file among targets.
const OWN: &str = "evenkeel";

/// What is audited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Its name.
    pub(crate) name: String,
    files: Vec<PathBuf>,
    product: Option<audit::Product>,
    running: Runs,
    log: Option<PathBuf>,
}

/// What runs of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Runs {
    /// This process.
    Here,
    /// What these say; nothing is known where there are none.
    There(Vec<String>),
}

impl Target {
    /// The file itself, then those that it names.
    pub(crate) fn all(loaded: &Loaded) -> Vec<Target> {
        let own = Target {
            name: OWN.to_owned(),
            files: vec![loaded.path.clone()],
            product: Some(audit::Product::Evenkeel),
            running: Runs::Here,
            log: loaded.settings.audit.log.clone(),
        };
        let others = loaded.settings.audit.targets.iter().map(|target| {
            let AuditTarget { name, files, product, running, log } = target.clone();
            Target { name, files, product: product.map(whose), running: Runs::There(running), log }
        });
        std::iter::once(own).chain(others).collect()
    }

    /// Files that are one configuration, as a command names them.
    pub(crate) fn named(
        files: Vec<PathBuf>,
        product: Option<audit::Product>,
        running: &[RunningAt],
        log: Option<PathBuf>,
    ) -> Target {
        let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        let running = Runs::There(running.iter().map(RunningAt::to_string).collect());
        Target { name: names.join(" "), files, product, running, log }
    }
}

fn whose(product: ProductName) -> audit::Product {
    match product {
        ProductName::Haproxy => audit::Product::Haproxy,
        ProductName::Nginx => audit::Product::Nginx,
        ProductName::Envoy => audit::Product::Envoy,
        ProductName::Evenkeel => audit::Product::Evenkeel,
    }
}

/// What a target is audited by, beside itself.
pub(crate) struct Means<'m> {
    pub(crate) policy: &'m Policy,
    /// The end of a log that is read.
    pub(crate) log_last: Size,
    /// What this process has in force, where it is a balancer.
    pub(crate) in_force: Option<&'m Loaded>,
}

/// Audits a target by what the settings say: [`look_by`].
///
/// # Errors
/// As there, and where the policy cannot be read.
pub(crate) fn look(target: &Target, loaded: &Loaded) -> Result<Looked, String> {
    let policy = judged::policy_of(&loaded.settings).map_err(|error| first_line(&error))?;
    let log_last = loaded.settings.audit.log_last;
    look_by(target, &Means { policy: &policy, log_last, in_force: Some(loaded) })
}

/// Audits a target. What it says of itself while it runs and its log are looked at as far as they
/// can be had.
///
/// # Errors
/// When there is nothing to judge, and why: what stood before is no longer known to be gone.
pub(crate) fn look_by(target: &Target, means: &Means<'_>) -> Result<Looked, String> {
    let subject =
        audit::read(&target.files, target.product).map_err(|refusal| first_line(&refusal))?;
    let mut missed = Vec::new();
    let running = running_of(target, means, &subject, &mut missed);
    let is_asked = missed.is_empty();
    let prediction = played(target, means, &subject, &mut missed);
    let case = Case { prediction: prediction.as_ref(), running: &running, ..Case::of(&subject) };
    let audit = audit::judge_by(&case, means.policy, today());
    let says_enough = prediction.iter().flat_map(|it| &it.pools).any(PoolPrediction::is_enough);
    let is_unasked = |doc: &&'static Doc| match doc.needs {
        Needs::Running => !is_asked,
        Needs::Log => target.log.is_some() && !says_enough,
        _ => false,
    };
    let unasked = audit::pages().into_iter().filter(is_unasked).map(|doc| doc.id.to_owned());
    Ok(Looked {
        found: audit.findings.iter().map(|finding| found(&subject, finding)).collect(),
        unasked: unasked.collect(),
        missed: (!missed.is_empty()).then(|| missed.join("; ")),
    })
}

fn running_of(
    target: &Target,
    means: &Means<'_>,
    subject: &Subject,
    missed: &mut Vec<String>,
) -> Vec<Running> {
    let sources = match &target.running {
        Runs::Here => return means.in_force.map(running::in_force).into_iter().collect(),
        Runs::There(sources) => sources,
    };
    let answers = sources.iter().map(|text| {
        let source = RunningAt::parse(text)?;
        running::ask(&source, subject.product())
    });
    answers.filter_map(|answer| answer.map_err(|why| missed.push(why)).ok()).collect()
}

fn played(
    target: &Target,
    means: &Means<'_>,
    subject: &Subject,
    missed: &mut Vec<String>,
) -> Option<Prediction> {
    let path = target.log.as_deref()?;
    let log = logs::open_end(path, means.log_last.0, subject);
    let played = log.and_then(|log| traffic::played(vec![log], None, None, subject));
    played.map_err(|why| missed.push(first_line(&why))).ok()
}

/// Of a text with many faults the first says enough: nobody can act on it from here.
pub(crate) fn first_line(why: &dyn std::fmt::Display) -> String {
    why.to_string().lines().next().unwrap_or_default().to_owned()
}

fn found(subject: &Subject, finding: &Finding) -> Found {
    let sources = subject.sources();
    let place = finding.span.map(|span| sources.place(span));
    let line = finding.span.map_or("", |span| sources.line(span).trim());
    let pool = finding.pool.as_deref().unwrap_or_default();
    Found {
        rule: finding.rule.id.to_owned(),
        name: finding.rule.name.to_owned(),
        severity: level(finding.severity),
        what: finding.what.clone(),
        place: place.map_or(String::new(), |place| {
            format!("{}:{}:{}", place.file, place.line, place.column)
        }),
        key: format!("{pool}: {line}"),
    }
}

fn level(severity: Severity) -> LevelName {
    match severity {
        Severity::Error => LevelName::Error,
        Severity::Warning => LevelName::Warning,
        Severity::Info => LevelName::Info,
    }
}

#[cfg(test)]
mod tests;
