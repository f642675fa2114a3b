//! A configuration that cannot be used: what every command says of it, and its exit code.

use std::path::Path;
use std::process::ExitCode;

use config::LoadError;

/// Exit code when the configuration is not valid, or something in it must not be put in force.
pub(crate) const FAULTY: u8 = 1;
/// Exit code when the configuration, or the policy that it names, cannot be read.
pub(crate) const UNREADABLE: u8 = 2;

/// All that is wrong, for a person; lines ended by `\n`.
pub(crate) fn describe(error: &LoadError, colour: bool) -> String {
    match error {
        LoadError::Invalid(problems) => problems.render(colour).trim_end().to_owned() + "\n",
        LoadError::Unreadable { path, .. } => {
            format!("error: {error}\n  hint: {}\n", unreadable_hint(path))
        }
    }
}

pub(crate) fn exit_code(error: &LoadError) -> ExitCode {
    match error {
        LoadError::Invalid(_) => ExitCode::from(FAULTY),
        LoadError::Unreadable { .. } => ExitCode::from(UNREADABLE),
    }
}

fn unreadable_hint(path: &Path) -> &'static str {
    if path.exists() {
        return "it must be a readable UTF-8 text file of at most 16 MiB";
    }
    "name the file with `-c FILE`; without it `evenkeel.toml` of the current folder is read"
}
