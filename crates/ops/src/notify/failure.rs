//! Why a notification was not delivered, and whether trying again makes sense.

use crate::outbox::Outcome;

/// Why a notification was not delivered. The words name no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It may be delivered later.
    Later(String),
    /// The receiver will never take it.
    Never(String),
}

impl Failure {
    pub(crate) fn later(why: impl Into<String>) -> Failure {
        Failure::Later(why.into())
    }

    /// In words.
    pub(crate) fn why(&self) -> &str {
        match self {
            Failure::Later(why) | Failure::Never(why) => why,
        }
    }

    /// How the queue is to take it.
    pub(crate) fn outcome(result: Result<(), Failure>) -> Outcome {
        match result {
            Ok(()) => Outcome::Delivered,
            Err(Failure::Later(why)) => Outcome::Failed(why),
            Err(Failure::Never(why)) => Outcome::Refused(why),
        }
    }
}
