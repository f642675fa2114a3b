//! The list of all rules.

use super::{control, fleet, health, method, overload, persistence, traffic, weights};
use crate::rule::Rule;

/// All rules, by their numbers.
pub static ALL: &[&dyn Rule] = &[
    // Persistence
    &persistence::DuplicateKey,
    &persistence::PartialKey,
    &persistence::SourceAffinity,
    &persistence::Unbounded,
    &traffic::SmallStickTable,
    &persistence::StickyToDead,
    &persistence::CacheableCookie,
    &persistence::UnusedValues,
    &persistence::WholeHeader,
    // Weights
    &weights::CapacityMismatch,
    &weights::VanishingPool,
    &weights::RuntimeDrift,
    &weights::ChangedMeaning,
    &weights::Ignored,
    &weights::Drained,
    // Methods
    &method::NotConsistent,
    &method::PerWorker,
    &method::Overridden,
    &traffic::HotKey,
    &method::NoSlowStart,
    &method::Twice,
    &method::KeepaliveLost,
    &method::ConstantKey,
    &method::HashWithoutKey,
    &method::FactorIgnored,
    &method::SmallTable,
    &method::FirstWithoutLimit,
    // Health
    &health::NoCheck,
    &health::HairTrigger,
    &health::EjectTooLong,
    &health::NoFloor,
    &health::SlowToNotice,
    // Overload
    &overload::PartialCap,
    &overload::Retries,
    &traffic::NMinusOne,
    &overload::MissingTimeouts,
    // Control
    &control::OpenSocket,
    &control::StaleMembers,
    // Fleets
    &fleet::Drift,
];

/// The rule of a number or a name, in any case.
pub fn find(word: &str) -> Option<&'static dyn Rule> {
    let fits = |rule: &&&dyn Rule| {
        let doc = rule.doc();
        doc.id.eq_ignore_ascii_case(word) || doc.name.eq_ignore_ascii_case(word)
    };
    ALL.iter().find(fits).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    /// Goal: what a page shows is what the rule does. Method: every example of every rule that
    /// needs a text, a log or a running balancer.
    #[test]
    fn examples_are_true() {
        ALL.iter().for_each(|rule| testing::examples(*rule));
    }

    #[test]
    fn numbers_are_in_order_and_none_is_used_twice() {
        let ids: Vec<&str> = ALL.iter().map(|rule| rule.doc().id).collect();
        let mut sorted = ids.clone();
        sorted.sort_by_key(|id| id.get(3..));
        sorted.dedup();
        assert_eq!(ids, sorted);
        let names: std::collections::BTreeSet<_> = ALL.iter().map(|rule| rule.doc().name).collect();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn rules_are_found_by_number_and_name() {
        assert!(find("ekp101").is_some_and(|rule| rule.doc().name == "duplicate-persistence-key"));
        assert!(find("duplicate-persistence-key").is_some());
        assert!(find("EKX000").is_none());
    }
}
