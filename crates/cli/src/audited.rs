//! What a running balancer audits: its own file, and those that its configuration names.

use std::path::PathBuf;

use audit::{Case, Finding, Severity, Subject};
use config::{AuditTarget, LevelName, Loaded, ProductName, Settings};
use ops::audits::Found;

use crate::audit::today;
use crate::judged;

/// The name of the balancer's own file among targets.
const OWN: &str = "evenkeel";

/// What is audited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Its name.
    pub(crate) name: String,
    files: Vec<PathBuf>,
    product: Option<audit::Product>,
}

impl Target {
    /// The file itself, then those that it names.
    pub(crate) fn all(loaded: &Loaded) -> Vec<Target> {
        let own = Target {
            name: OWN.to_owned(),
            files: vec![loaded.path.clone()],
            product: Some(audit::Product::Evenkeel),
        };
        let others = loaded.settings.audit.targets.iter().map(|target| {
            let AuditTarget { name, files, product } = target.clone();
            Target { name, files, product: product.map(whose) }
        });
        std::iter::once(own).chain(others).collect()
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

/// Audits a target, also by the policy that the settings name.
///
/// # Errors
/// When there is nothing to judge, and why: what stood before is no longer known to be gone.
pub(crate) fn look(target: &Target, settings: &Settings) -> Result<Vec<Found>, String> {
    let policy = judged::policy_of(settings).map_err(|error| first_line(&error))?;
    let subject =
        audit::read(&target.files, target.product).map_err(|refusal| first_line(&refusal))?;
    let audit = audit::judge_by(&Case::of(&subject), &policy, today());
    Ok(audit.findings.iter().map(|finding| found(&subject, finding)).collect())
}

/// Of a text with many faults the first says enough: nobody can act on it from here.
fn first_line(why: &dyn std::fmt::Display) -> String {
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
