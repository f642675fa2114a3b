//! Steps of health checks.

use std::sync::Arc;

use crate::haproxy::syntax::{Text, Word};
use crate::placed::Placed;

/// A step of `http-check` or `tcp-check`, kept as words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRule {
    /// The words, the keyword first. They are shared by the proxies that inherit them.
    pub words: Arc<[Text]>,
}

impl CheckRule {
    /// What it does, such as `expect`.
    pub fn action(&self) -> &str {
        self.words.get(1).map_or("", |word| word)
    }
}

/// The steps of a proxy: its own, or those of its `defaults`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Checks {
    pub(super) rules: Arc<Vec<Placed<CheckRule>>>,
    /// Whether they are the proxy's own: its first one replaces what it inherited.
    is_own: bool,
}

impl Checks {
    pub(super) fn push(&mut self, words: &[Word], span: crate::Span) {
        if !self.is_own {
            self.rules = Arc::default();
            self.is_own = true;
        }
        let words = words.iter().map(|word| word.text.clone()).collect();
        Arc::make_mut(&mut self.rules).push(Placed::new(CheckRule { words }, span));
    }

    pub(super) fn inherited(&self) -> Checks {
        Checks { rules: Arc::clone(&self.rules), is_own: false }
    }
}
