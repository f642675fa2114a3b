//! Whether it is a denial of service: in both outages the first suspicion, and wrong.

use super::case::Case;
use super::score::Hypothesis;
use super::term::{Reading, Term};
use super::verdict::Ddos;
use crate::cause::Cause;

/// Decibans for a flood from which on it is supported, and against, from which on it is out.
const SUPPORTED_MIN: f64 = 15.0;
const RULED_OUT_MAX: f64 = -15.0;

/// The verdict and what it rests on.
pub(super) fn judge(
    case: &Case<'_>,
    ranked: &[Hypothesis],
    readings: &[Reading],
) -> (Ddos, Vec<String>) {
    let Some(flood) = ranked.iter().find(|hypothesis| hypothesis.cause == Cause::Flood) else {
        return (Ddos::Inconclusive, Vec::new());
    };
    let told = |word: &str, (_, at): &(f64, usize)| format!("{word}: {}", readings[*at].text);
    let mut evidence: Vec<String> = flood.evidence_for.iter().map(|one| told("for", one)).collect();
    let supported = flood.decibans >= SUPPORTED_MIN;
    evidence.extend(flood.evidence_against.iter().map(|one| {
        // Requests that are whole and well-formed pass a firewall, however many they are.
        let passes = supported && readings[one.1].term == Term::Firewall;
        told(if passes { "inconclusive" } else { "against" }, one)
    }));
    let covered = case.firewall.is_watching();
    if case.firewall.is_covered() && !covered {
        let why = "leave lines out when there are many";
        evidence.push(format!("inconclusive: the firewall's logs {why}"));
    } else if !covered {
        let part = case.firewall.coverage * 100.0;
        evidence.push(format!("inconclusive: the firewall's logs cover {part:.0} % of the time"));
    }
    let demand = case.demand_ratio();
    if demand.is_none() {
        evidence.push("inconclusive: there is no demand of before to compare with".to_owned());
    }
    // What never reached the balancer can be seen at the firewall alone.
    let verdict = match flood.decibans {
        _ if supported => Ddos::Supported,
        decibans if decibans <= RULED_OUT_MAX && covered && demand.is_some() => Ddos::RuledOut,
        _ => Ddos::Inconclusive,
    };
    (verdict, evidence)
}
