//! What the admin listener shows and controls, seen from the outside.

use ledger::Status;

use crate::judge::Judge;

/// The running balancer, as far as the admin listener may know it.
///
/// All calls come from threads that may block, and several at once.
pub trait Source: Send + Sync + 'static {
    /// The state of this moment. Expected within milliseconds.
    fn status(&self) -> Status;

    /// Reads the configuration again and puts it in force when it is valid. It logs what came
    /// of it, and that `asker` wanted it.
    ///
    /// # Errors
    /// Every problem of the file, rendered for a person. Nothing has changed then.
    /// `Ok` holds one line that says what changed.
    fn reload(&self, asker: &str) -> Result<String, String>;

    /// Who watches over it, where somebody does.
    fn judge(&self) -> Option<&dyn Judge> {
        None
    }
}
