//! The conditions of one pool at one moment, one for each kind.

use std::collections::BTreeMap;

use evenness::{Cause, Severity, Signal, SignalKind};

/// What holds now, of one kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Observed<'s> {
    pub(crate) severity: Severity,
    pub(crate) cause: Option<Cause>,
    pub(crate) summary: &'s str,
}

/// The conditions by kind.
pub(crate) type Conditions<'s> = BTreeMap<SignalKind, Observed<'s>>;

/// Sorts signals by pool and kind; of several of one kind the worst speaks for all.
pub(crate) fn by_pool(signals: &[Signal]) -> BTreeMap<&str, Conditions<'_>> {
    let mut pools: BTreeMap<&str, Conditions<'_>> = BTreeMap::new();
    for signal in signals {
        let new =
            Observed { severity: signal.severity, cause: signal.cause, summary: &signal.summary };
        let kinds = pools.entry(&signal.pool).or_default();
        match kinds.get_mut(&signal.kind) {
            None => {
                kinds.insert(signal.kind, new);
            }
            Some(known) if new.severity > known.severity => {
                *known = Observed { cause: new.cause.or(known.cause), ..new };
            }
            Some(known) => known.cause = known.cause.or(new.cause),
        }
    }
    pools
}
