//! Requests look like a flood: what the diagnosis of a second says.

use evenness::diagnosis::{Ddos, Diagnosis};
use evenness::{Cause, Severity, Signal, SignalKind};

/// A condition where the diagnosis supports one.
pub(in crate::judge) fn flood(pool: &str, diagnosis: &Diagnosis, harm: bool) -> Option<Signal> {
    let supported = diagnosis.ddos == Ddos::Supported && diagnosis.causes.contains(&Cause::Flood);
    let evidence = diagnosis.ddos_evidence.iter().filter(|line| line.starts_with("for"));
    let evidence: Vec<&str> = evidence.map(String::as_str).take(2).collect();
    supported.then(|| Signal {
        kind: SignalKind::FloodSuspected,
        pool: pool.to_owned(),
        severity: if harm { Severity::Page } else { Severity::Ticket },
        cause: Some(Cause::Flood),
        summary: format!("requests look like a flood; {}", evidence.join("; ")),
    })
}
