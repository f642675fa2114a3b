//! The reference page of policies.

use super::Policy;

const INTRODUCTION: &str = include_str!("reference/introduction.md");

/// A policy that writes every key there is.
const EXAMPLE: &str = include_str!("reference/example.toml");

/// The reference page of all keys of a policy, in Markdown.
pub fn policy_reference() -> String {
    config::reference_of::<Policy>(INTRODUCTION, EXAMPLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_a_policy() {
        let policy = Policy::parse(EXAMPLE, "policy.toml").unwrap_or_else(|told| panic!("{told}"));
        let require = &policy.require;
        assert!(require.health_check && require.timeouts && require.max_share.is_some());
        assert!(require.servers_min.is_some() && require.persistence_max_life.is_some());
        assert!(require.methods.is_some() && policy.allow[0].until.is_some());
    }
}
