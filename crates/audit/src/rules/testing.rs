//! How rules are tested.

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Needs, Rule};
use crate::subject::read_text;

/// What a rule finds in a text.
pub(super) fn found(rule: &dyn Rule, product: Product, text: &str) -> Vec<Finding> {
    let subject = read_text("example", text, Some(product)).expect("a configuration");
    assert!(subject.errors.is_empty(), "{text}\n{:?}", subject.errors);
    let mut found = Vec::new();
    rule.judge(&Case::of(&subject), &mut found);
    found
}

/// Holds a rule against the examples of its page.
pub(super) fn examples(rule: &dyn Rule) {
    let doc = rule.doc();
    if doc.needs != Needs::Text {
        return;
    }
    assert!(!doc.examples.is_empty(), "{}", doc.id);
    for example in doc.examples {
        let bad = found(rule, example.product, example.bad);
        assert!(!bad.is_empty(), "{}: nothing found in\n{}", doc.id, example.bad);
        assert!(bad.iter().all(|finding| finding.rule.id == doc.id));
        let good = found(rule, example.product, example.good);
        assert!(good.is_empty(), "{}: {good:?} in\n{}", doc.id, example.good);
    }
}
