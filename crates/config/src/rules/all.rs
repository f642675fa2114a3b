//! Runs every rule.

use super::site::Site;
use super::{
    alarm_routes, alarm_targets, audits, clash, cookies, empty, endpoints, files, firewall_file,
    firewall_ports, firewall_prefixes, firewall_twice, hash, heartbeat, hosts, listeners, names,
    outcomes, paths, probe, receivers, routes, trust, unheard, unknown_pool, unknown_receiver,
    unused, unwatched, weights,
};
use crate::finding::Finding;
use crate::settings::Settings;
use crate::tree::Node;

type Rule = fn(&Site<'_>, &mut Vec<Finding>);

const RULES: [Rule; 29] = [
    alarm_routes::check,
    alarm_targets::check,
    audits::check,
    clash::check,
    cookies::check,
    empty::check,
    endpoints::check,
    files::check,
    firewall_file::check,
    firewall_ports::check,
    firewall_prefixes::check,
    firewall_twice::check,
    hash::check,
    heartbeat::check,
    hosts::check,
    listeners::check,
    names::check,
    outcomes::check,
    paths::check,
    probe::check,
    receivers::check,
    trust::check,
    unheard::check,
    unknown_pool::check,
    unknown_receiver::check,
    routes::check,
    unused::check,
    unwatched::check,
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
