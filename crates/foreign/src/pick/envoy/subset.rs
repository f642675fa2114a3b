//! Subsets: the hosts whose metadata has what a route asks for.

use std::collections::BTreeMap;

/// Keys and values of `envoy.lb`.
pub type Labels = BTreeMap<String, String>;

/// Whom a request goes to that asks for what no host has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// `NO_FALLBACK`: nobody.
    Nobody,
    /// `ANY_ENDPOINT`: everybody.
    Anybody,
    /// `DEFAULT_SUBSET`: those that have these labels.
    Default(Labels),
}

/// The places of the hosts that a request may go to.
///
/// `selectors` are the lists of keys by which subsets are made: what is asked for must have
/// exactly the keys of one of them, else the fallback decides.
pub fn subset(
    hosts: &[Labels],
    selectors: &[Vec<String>],
    wanted: &Labels,
    fallback: &Fallback,
) -> Vec<usize> {
    let is_made = selectors.iter().any(|keys| {
        let mut keys: Vec<&String> = keys.iter().collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter().eq(wanted.keys())
    });
    let with = |labels: &Labels| -> Vec<usize> {
        let has = |host: &Labels| labels.iter().all(|(key, value)| host.get(key) == Some(value));
        hosts.iter().enumerate().filter(|(_, host)| has(host)).map(|(place, _)| place).collect()
    };
    let found = if is_made { with(wanted) } else { Vec::new() };
    if !found.is_empty() {
        return found;
    }
    match fallback {
        Fallback::Nobody => Vec::new(),
        Fallback::Anybody => (0..hosts.len()).collect(),
        Fallback::Default(labels) => with(labels),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_declared_keys_make_subsets() {
        let labels = |pairs: &[(&str, &str)]| -> Labels {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let hosts = [labels(&[("v", "1"), ("z", "a")]), labels(&[("v", "2")])];
        let selectors = [vec!["v".to_owned()]];
        let check = |wanted: &[(&str, &str)], fallback: &Fallback, expected: &[usize]| {
            assert_eq!(subset(&hosts, &selectors, &labels(wanted), fallback), expected);
        };
        check(&[("v", "2")], &Fallback::Nobody, &[1]);
        check(&[("v", "3")], &Fallback::Nobody, &[]);
        check(&[("v", "3")], &Fallback::Anybody, &[0, 1]);
        check(&[("z", "a")], &Fallback::Default(labels(&[("v", "1")])), &[0]);
    }
}
