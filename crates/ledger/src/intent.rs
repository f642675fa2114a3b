//! What is approved, as the admin listener shows it.

use serde::{Deserialize, Serialize};

/// What is approved, and what is in force without approval.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IntentStatus {
    /// SHA-256 of the approved file, hexadecimal.
    pub digest: String,
    /// Who approved it; `first start` where nobody was asked yet, `not known` where
    /// it cannot be read.
    pub by: String,
    /// When, seconds since the Unix epoch.
    pub at: f64,
    /// Why.
    pub reason: String,
    /// What is in force and was not approved, a sentence each.
    pub unapproved: Vec<String>,
}
