//! Why a load was not run, and the exit code that says so.

use std::process::ExitCode;

use crate::output;

/// Exit code of what was asked for in a way that cannot be done.
const USAGE: u8 = 2;

/// What is wrong, with its hint.
#[derive(Debug)]
pub(super) struct Refusal {
    what: String,
    code: ExitCode,
}

impl Refusal {
    /// The command line asks for what cannot be.
    pub(super) fn usage(what: impl ToString) -> Refusal {
        Refusal { what: what.to_string(), code: ExitCode::from(USAGE) }
    }

    /// What it asks for is not to be had.
    pub(super) fn unable(what: impl ToString) -> Refusal {
        Refusal { what: what.to_string(), code: ExitCode::FAILURE }
    }

    /// Tells the user, and gives the exit code.
    pub(super) fn report(self) -> ExitCode {
        output::complain(&self.what);
        self.code
    }
}
