//! The list of all that a policy may ask for.

use super::health_check::HealthCheck;
use super::kind::Required;
use super::max_share::MaxShare;
use super::methods::Methods;
use super::servers_min::ServersMin;
use super::session_life::SessionLife;
use super::timeouts::Timeouts;

/// All of it, by numbers.
pub(crate) static REQUIRED: &[&dyn Required] =
    &[&HealthCheck, &MaxShare, &Timeouts, &ServersMin, &SessionLife, &Methods];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Finding;
    use crate::policy::{Policy, Require};
    use crate::product::Product;
    use crate::rule::Case;
    use crate::severity::Severity;
    use crate::subject::read_text;

    const STRICT: &str = "\
[require]
health_check = true
max_share = 1.5
timeouts = true
servers_min = 2
persistence_max_life = \"1h\"
methods = [\"leastconn\", \"least_request\", \"least_pressure\"]
";

    fn found(rule: &dyn Required, product: Product, text: &str, require: &Require) -> Vec<Finding> {
        let subject = read_text("example", text, Some(product));
        let subject = subject.unwrap_or_else(|refusal| panic!("{text}\n{refusal}"));
        assert!(subject.errors.is_empty(), "{text}\n{:?}", subject.errors);
        let mut found = Vec::new();
        rule.judge(&Case::of(&subject), require, &mut found);
        found
    }

    /// Goal: what a page shows is what the rule does, of every balancer, and only where a policy
    /// asks for it.
    #[test]
    fn examples_are_true() {
        let strict = Policy::parse(STRICT, "policy.toml").unwrap().require;
        for rule in REQUIRED {
            let doc = rule.doc();
            assert_eq!(doc.products().len(), Product::ALL.len(), "{}", doc.id);
            assert_eq!(doc.severity, Severity::Error, "{}", doc.id);
            for example in doc.examples {
                let of = |text, require| found(*rule, example.product, text, require);
                let bad = of(example.bad, &strict);
                assert!(!bad.is_empty(), "{}: nothing found in\n{}", doc.id, example.bad);
                assert!(bad.iter().all(|one| one.rule.id == doc.id && one.span.is_some()));
                let good = of(example.good, &strict);
                assert!(good.is_empty(), "{}: {good:?} in\n{}", doc.id, example.good);
                assert!(of(example.bad, &Require::default()).is_empty(), "{}", doc.id);
            }
        }
    }

    #[test]
    fn numbers_are_in_order() {
        assert!(REQUIRED.is_sorted_by(|a, b| a.doc().id < b.doc().id));
        assert!(REQUIRED.iter().all(|rule| rule.doc().id.starts_with("EKL8")));
    }
}
