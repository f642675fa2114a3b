//! A diagnosis with the words in which people are told of it.

use ledger::DiagnosisRecord;

/// A diagnosis with the words in which people are told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// What was found.
    pub found: DiagnosisRecord,
    /// All of it for a person, in lines.
    pub text: String,
}
