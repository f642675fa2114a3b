//! What a running balancer audits: its own file, and those that its configuration names.

use std::path::PathBuf;

use audit::{Case, Finding, Severity, Subject};
use config::{AuditTarget, LevelName, Loaded, ProductName};
use ops::audits::Found;

use crate::audit::today;

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

/// Audits a target.
///
/// # Errors
/// When there is nothing to judge, and why: what stood before is no longer known to be gone.
pub(crate) fn look(target: &Target) -> Result<Vec<Found>, String> {
    let subject = audit::read(&target.files, target.product).map_err(|refusal| {
        // Of a text with many faults the first says enough: nobody can act on it from here.
        refusal.to_string().lines().next().unwrap_or_default().to_owned()
    })?;
    let audit = audit::judge(&Case::of(&subject), today());
    Ok(audit.findings.iter().map(|finding| found(&subject, finding)).collect())
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
