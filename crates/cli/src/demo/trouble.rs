//! Why the demo could not start or go on.

use std::fmt;
use std::process::ExitCode;

use crate::output;

/// Exit code of what is neither success nor a failed request.
const EXIT_TROUBLE: u8 = 2;

/// What went wrong, what the system said, and what to do.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) message: String,
    pub(super) detail: String,
    pub(super) hint: &'static str,
}

impl Trouble {
    /// Tells the user, and gives the exit code.
    pub(super) fn report(&self) -> ExitCode {
        output::complain(self);
        ExitCode::from(EXIT_TROUBLE)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  detail: {}\n  hint: {}", self.message, self.detail, self.hint)
    }
}
