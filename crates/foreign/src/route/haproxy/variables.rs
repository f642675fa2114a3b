//! The variables of a configuration that are followed.

use std::collections::BTreeSet;

use crate::haproxy::model::Config;

/// Names of the variables that the rules which are followed set, and none of the others.
pub fn followed_variables(config: &Config) -> BTreeSet<String> {
    let (mut followed, mut others) = (BTreeSet::new(), BTreeSet::new());
    let rules = config.proxies.iter().flat_map(|proxy| &proxy.rules);
    for rule in rules {
        // `tcp-request content set-var(…)` has it a word later.
        let actions = rule.words.iter().skip(1).take(2);
        for name in actions.filter_map(|word| set(&word.text)) {
            let is_followed = rule.keyword() == "http-request";
            (if is_followed { &mut followed } else { &mut others }).insert(name.to_owned());
        }
    }
    followed.retain(|name| !others.contains(name));
    followed
}

/// `set-var(name)` or `set-var-fmt(name)`, perhaps with conditions behind the name.
fn set(word: &str) -> Option<&str> {
    let (action, rest) = word.split_once('(')?;
    let name = rest.strip_suffix(')')?.split(',').next()?.trim();
    matches!(action, "set-var" | "set-var-fmt").then_some(name)
}
