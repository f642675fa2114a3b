//! Runs every rule.

use super::site::Site;
use super::{
    clash, cookies, empty, endpoints, files, hash, hosts, listeners, names, outcomes, paths, probe,
    routes, trust, unknown_pool, unused, weights,
};
use crate::finding::Finding;
use crate::settings::Settings;
use crate::tree::Node;

type Rule = fn(&Site<'_>, &mut Vec<Finding>);

const RULES: [Rule; 17] = [
    clash::check,
    cookies::check,
    empty::check,
    endpoints::check,
    files::check,
    hash::check,
    hosts::check,
    listeners::check,
    names::check,
    outcomes::check,
    paths::check,
    probe::check,
    trust::check,
    unknown_pool::check,
    routes::check,
    unused::check,
    weights::check,
];

/// Holds the usable part of a file against every rule.
///
/// `settings` must have been read from `tree`: places are found by the same indices and names.
pub(crate) fn check(settings: &Settings, tree: &Node) -> Vec<Finding> {
    let site = Site::new(settings, tree);
    let mut findings = Vec::new();
    for rule in RULES {
        rule(&site, &mut findings);
    }
    findings
}
