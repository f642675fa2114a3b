//! Audits a fleet: each configuration by itself, and all of them against each other.

use std::fmt;
use std::path::{Path, PathBuf};

use super::compare::Side;
use super::fact::Facts;
use super::{compare, envoy, haproxy, hosts, merge, nginx, own, tell};
use crate::day::Day;
use crate::finding::Finding;
use crate::judge::{Audit, allowed_by, found_in};
use crate::policy::Policy;
use crate::product::Product;
use crate::rule::Case;
use crate::subject::{Parsed, Subject};
use crate::suppress::Ground;

/// Why configurations cannot be compared.
#[derive(Debug)]
pub enum Unlike {
    /// One is like itself.
    Alone,
    /// This one is not of the product that the first one is of.
    Mixed(PathBuf, Product),
}

impl fmt::Display for Unlike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unlike::Alone => f.write_str("a fleet has at least two configurations"),
            Unlike::Mixed(path, product) => {
                write!(f, "{} is not {}'s, as the first one is", path.display(), product.title())
            }
        }
    }
}

impl std::error::Error for Unlike {}

/// Audits configurations of one role, each with the path that it was read from. The subject that
/// comes back has the files of all, for reports.
///
/// # Errors
/// When there is nothing to compare.
pub fn fleet(
    members: Vec<(PathBuf, Subject)>,
    policy: &Policy,
    today: Day,
) -> Result<(Subject, Audit), Unlike> {
    let product = members.first().ok_or(Unlike::Alone)?.1.product();
    if let Some((path, _)) = members.iter().find(|(_, subject)| subject.product() != product) {
        return Err(Unlike::Mixed(path.clone(), product));
    }
    let (paths, subjects): (Vec<PathBuf>, Vec<Subject>) = members.into_iter().unzip();
    if subjects.len() < 2 {
        return Err(Unlike::Alone);
    }
    let (sources, shifts) = merge::sources(&subjects);
    let mut found: Vec<Finding> = Vec::new();
    for (subject, shift) in subjects.iter().zip(&shifts) {
        let own = found_in(&Case::of(subject), policy).into_iter();
        found.extend(own.map(|finding| merge::finding(finding, *shift)));
    }
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let sides: Vec<Side> = subjects
        .iter()
        .zip(hosts::names(&paths))
        .zip(&shifts)
        .map(|((subject, hosts), shift)| Side { facts: facts(subject), hosts, shift: *shift })
        .collect();
    found.extend(tell::told(&paths, &compare::differences(&sides)));
    let audit = allowed_by(
        policy,
        &Ground { sources: &sources, has_log: false, has_running: false, today },
        found,
    );
    let subject = merge::subjects(subjects, &shifts, sources).ok_or(Unlike::Alone)?;
    Ok((subject, audit))
}

fn facts(subject: &Subject) -> Facts {
    let mut facts = Facts::default();
    match &subject.parsed {
        Parsed::Haproxy(config) => haproxy::read(config, &mut facts),
        Parsed::Nginx(_) => subject.tree.iter().for_each(|tree| nginx::read(tree, &mut facts)),
        Parsed::Envoy(_) => envoy::read(subject.sources(), &mut facts),
        Parsed::Evenkeel(own) => own::read(own, &mut facts),
    }
    facts
}
