//! Whom our pool is compared with: peers and ideals, and itself with another policy.

use balance::PoolSpec;
use config::PolicyName;

use crate::cast::{Cast, Reference};

/// Somebody to compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rival {
    /// A peer or an ideal.
    Reference(Reference),
    /// Our own pool with another policy; everything else is as the scenario has it.
    Own(PolicyName),
}

/// Our policies besides the default.
const OWN: [PolicyName; 7] = [
    PolicyName::RoundRobin,
    PolicyName::Random,
    PolicyName::TwoChoices,
    PolicyName::PeakEwma,
    PolicyName::Rendezvous,
    PolicyName::Maglev,
    PolicyName::Ring,
];

impl Rival {
    /// All of them, ideals first.
    pub fn all() -> Vec<Rival> {
        let references = Reference::ALL.map(Rival::Reference);
        references.into_iter().chain(OWN.map(Rival::Own)).collect()
    }

    /// The name on reports and command lines.
    pub fn name(self) -> String {
        match self {
            Rival::Reference(reference) => reference.name().to_owned(),
            Rival::Own(policy) => format!("evenkeel:{}", policy.as_str()),
        }
    }

    /// The part in a play before the servers of `pool`.
    pub fn cast(self, pool: &PoolSpec) -> Cast {
        match self {
            Rival::Reference(reference) => {
                Cast::Reference { reference, sticky: pool.affinity.is_some() }
            }
            Rival::Own(policy) => {
                Cast::Ours(Box::new(PoolSpec { policy: policy.into(), ..pool.clone() }))
            }
        }
    }
}
