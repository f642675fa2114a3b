//! How much an answer says for a cause: decibans, ten times the decimal logarithm of how much more
//! likely the answer is with the cause than without.

use super::term::Term;
use crate::cause::Cause::{
    self, BalancerLimit, CapacityLoss, Connections, Flood, HeavyClient, Persistence, RetryStorm,
    SickServer, Surge, Weights,
};

type Row = (Term, &'static str, &'static [(Cause, f64)]);

/// What is not in it says nothing. The values began as a judgement and were moved towards what
/// `cargo xtask evidence diagnosis --fit` counts where that was far away, and no further: answers
/// depend on each other, and a corpus has each cause as often as its author made it.
/// `docs/evidence/diagnosis.md` tells what they are worth on cases that nobody had looked at.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    (Term::Intent, "differs", &[(Weights, 15.0), (CapacityLoss, -3.0)]),
    (Term::Intent, "same", &[(Weights, -5.0)]),
    (Term::WeightsChange, "changed", &[(Weights, 10.0)]),
    (Term::WeightsChange, "unchanged", &[(Weights, -4.0)]),
    (Term::PersistenceChange, "changed", &[(Persistence, 10.0)]),
    (Term::PersistenceChange, "unchanged", &[(Persistence, -2.0)]),
    (Term::EndpointsChange, "changed", &[(CapacityLoss, 5.0)]),
    (Term::ScaleOut, "changed", &[(Connections, 3.0)]),
    (Term::Pressure, "uneven", &[
        (Weights, 10.0), (Persistence, 10.0), (Connections, 10.0), (HeavyClient, 8.0),
        (Surge, -10.0), (Flood, -10.0), (RetryStorm, -3.0), (CapacityLoss, -3.0),
    ]),
    (Term::Pressure, "even", &[(Connections, -5.0), (HeavyClient, -2.0)]),
    (Term::Layer, "weights", &[
        (Weights, 15.0), (Persistence, -5.0), (Connections, -5.0), (HeavyClient, -5.0),
        (SickServer, -5.0),
    ]),
    // Somebody may have meant it: weights that are a size.
    (Term::Layer, "approved_weights", &[
        (Weights, 10.0), (Persistence, -5.0), (Connections, -5.0), (HeavyClient, -5.0),
        (SickServer, -5.0),
    ]),
    (Term::Layer, "bindings", &[
        (Persistence, 15.0), (Weights, -5.0), (Connections, -5.0), (HeavyClient, -5.0),
        (SickServer, -5.0),
    ]),
    (Term::Layer, "weights_and_bindings", &[
        (Weights, 12.0), (Persistence, 12.0), (Connections, -5.0), (HeavyClient, -5.0),
        (SickServer, -5.0),
    ]),
    (Term::Layer, "requests", &[
        (HeavyClient, 8.0), (Connections, 8.0), (Persistence, 9.0), (Weights, -5.0),
        (SickServer, -5.0),
    ]),
    (Term::Layer, "cost", &[
        (SickServer, 8.0), (Weights, -5.0), (Persistence, -5.0), (Connections, -5.0),
        (HeavyClient, -3.0),
    ]),
    (Term::Claims, "concentrated", &[(Persistence, 18.0)]),
    (Term::Claims, "even", &[(Persistence, -10.0)]),
    (Term::Demand, "much_more", &[(Surge, 10.0), (Flood, 10.0)]),
    (Term::Demand, "more", &[(Surge, 4.0), (Flood, 2.0)]),
    (Term::Demand, "usual", &[(Surge, -20.0), (Flood, -20.0)]),
    (Term::Demand, "less", &[(Surge, -20.0), (Flood, -20.0)]),
    (Term::NewClients, "many", &[(Flood, 10.0), (Surge, 3.0)]),
    (Term::NewClients, "more", &[(Flood, 2.0), (Surge, 4.0)]),
    (Term::NewClients, "usual", &[(Flood, -10.0), (Surge, -1.0)]),
    (Term::TopClient, "one", &[
        (HeavyClient, 15.0), (Flood, 2.0), (Persistence, -20.0), (Connections, -12.0),
        (Surge, -10.0),
    ]),
    (Term::TopClient, "flat", &[(HeavyClient, -12.0)]),
    (Term::Following, "halved", &[(Flood, 12.0), (Surge, -8.0), (HeavyClient, 2.0)]),
    (Term::Following, "usual", &[(Flood, -10.0), (Surge, 2.0)]),
    (Term::Sameness, "same", &[(Flood, 6.0), (HeavyClient, 3.0), (Surge, -1.0)]),
    (Term::Sameness, "mixed", &[(Flood, -4.0)]),
    (Term::Connections, "few", &[(Connections, 15.0), (HeavyClient, 8.0)]),
    (Term::Connections, "many", &[(Connections, -10.0)]),
    (Term::Retries, "many", &[(RetryStorm, 18.0)]),
    (Term::Retries, "some", &[(RetryStorm, 3.0)]),
    (Term::Retries, "few", &[(RetryStorm, -15.0)]),
    (Term::Harm, "crowded", &[
        (Weights, 5.0), (Persistence, 5.0), (Connections, 5.0), (HeavyClient, 5.0),
        (Surge, -10.0), (Flood, -8.0), (SickServer, -8.0), (CapacityLoss, -5.0),
    ]),
    (Term::Harm, "everywhere", &[
        (Surge, 6.0), (Flood, 6.0), (CapacityLoss, 5.0), (RetryStorm, 4.0), (Weights, -5.0),
        (Persistence, -5.0), (SickServer, -3.0),
    ]),
    (Term::Harm, "elsewhere", &[(SickServer, 8.0), (Weights, -3.0), (Persistence, -3.0)]),
    (Term::Harm, "before", &[(BalancerLimit, 8.0), (CapacityLoss, 5.0), (Flood, 3.0)]),
    (Term::Harm, "none", &[(SickServer, -2.0), (RetryStorm, -5.0)]),
    (Term::Sick, "slow", &[(SickServer, 18.0), (Persistence, -15.0)]),
    (Term::Sick, "fails", &[(SickServer, 20.0), (Persistence, -15.0), (RetryStorm, -3.0)]),
    (Term::Sick, "none", &[(SickServer, -15.0)]),
    (Term::Capacity, "missing", &[(CapacityLoss, 18.0), (Persistence, -12.0), (SickServer, -5.0)]),
    (Term::Capacity, "one_missing", &[(CapacityLoss, 13.0), (SickServer, -5.0)]),
    (Term::Capacity, "ejected", &[(SickServer, 12.0), (CapacityLoss, -5.0), (Persistence, -8.0)]),
    (Term::Capacity, "there", &[(CapacityLoss, -18.0)]),
    (Term::Limit, "near", &[(BalancerLimit, 18.0)]),
    (Term::Limit, "far", &[(BalancerLimit, -15.0)]),
    (Term::Firewall, "drops", &[(Flood, 10.0)]),
    (Term::Firewall, "quiet", &[(Flood, -8.0)]),
];

/// What the answer says for every cause of which it says something.
pub(super) fn weights(term: Term, level: &str) -> &'static [(Cause, f64)] {
    let row = ROWS.iter().find(|(own, name, _)| *own == term && *name == level);
    row.map_or(&[], |(_, _, weights)| weights)
}
