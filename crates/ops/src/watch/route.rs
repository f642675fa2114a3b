//! Which receivers an alarm goes to.

use config::{AlarmRoute, Alarms};
use ledger::alarm::{AlarmRecord, Symptom};

/// Names of the receivers of an alarm that nobody has acknowledged for that long, seconds; each
/// once, in the order of the routes.
pub(crate) fn receivers(settings: &Alarms, alarm: &AlarmRecord, waited_s: f64) -> Vec<String> {
    let mut names: Vec<&String> = Vec::new();
    let mut matched = false;
    for route in settings.routes.iter().filter(|route| matches(route, alarm)) {
        matched = true;
        names.extend(&route.receivers);
        let due = route.escalate.iter().filter(|step| step.after.0.as_secs_f64() <= waited_s);
        names.extend(due.flat_map(|step| &step.receivers));
        if !route.goes_on {
            break;
        }
    }
    if !matched {
        names.extend(&settings.default);
    }
    let mut once: Vec<String> = Vec::new();
    for name in names {
        if !once.contains(name) {
            once.push(name.clone());
        }
    }
    once
}

fn matches(route: &AlarmRoute, alarm: &AlarmRecord) -> bool {
    let severity = route.severity.is_none_or(|word| word.as_str() == alarm.severity.name());
    let pool = route.pools.is_empty() || route.pools.contains(&alarm.pool);
    let cause = |name: &str| alarm.causes.iter().any(|cause| cause.name() == name);
    let causes = route.causes.is_empty() || route.causes.iter().any(|word| cause(word.as_str()));
    let has = |symptom: &Symptom, name: &str| symptom.spell.counts && symptom.kind.name() == name;
    let kind = |name: &str| {
        alarm.kind.name() == name || alarm.symptoms.iter().any(|symptom| has(symptom, name))
    };
    let kinds = route.kinds.is_empty() || route.kinds.iter().any(|word| kind(word.as_str()));
    severity && pool && causes && kinds
}

#[cfg(test)]
mod tests {
    use config::{CauseName, KindName, SeverityName};
    use evenness::{Cause, Severity, SignalKind};

    /// Goal: the words of the configuration are those of the judges. Method: read every name.
    #[test]
    fn both_sides_use_the_same_words() {
        for cause in Cause::ALL {
            let word: CauseName = serde_json::from_str(&format!("\"{cause}\"")).unwrap();
            assert_eq!(word.as_str(), cause.name());
        }
        for kind in SignalKind::ALL {
            let word: KindName = serde_json::from_str(&format!("\"{kind}\"")).unwrap();
            assert_eq!(word.as_str(), kind.name());
        }
        for severity in [Severity::Ticket, Severity::Page] {
            let word: SeverityName = serde_json::from_str(&format!("\"{severity}\"")).unwrap();
            assert_eq!(word.as_str(), severity.name());
        }
    }
}
