//! What a rule of a policy is.

use crate::finding::Finding;
use crate::policy::Require;
use crate::rule::{Case, Doc};

/// A rule that finds nothing unless a policy asks for it.
pub(crate) trait Required: Sync {
    /// Its text.
    fn doc(&self) -> &'static Doc;

    /// Adds what it finds, if `require` asks for it.
    fn judge(&self, case: &Case<'_>, require: &Require, found: &mut Vec<Finding>);
}
