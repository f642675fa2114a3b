//! Configurations out of short texts, and what is wrong with them.

use crate::nginx::model::Config;
use crate::nginx::syntax::{Kept, read};
use crate::source::Sources;

pub(super) fn config(text: &str) -> (Config, Sources) {
    let mut sources = Sources::default();
    let files = Kept::default().with("nginx.conf", text);
    let tree = read("nginx.conf", None, &files, &mut sources);
    assert_eq!(tree.errors, []);
    (Config::read(&tree), sources)
}

/// Problems, as people see them.
pub(super) fn told(config: &Config, sources: &Sources) -> Vec<String> {
    config.problems.iter().map(|problem| problem.told(sources).to_string()).collect()
}
