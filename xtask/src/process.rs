//! Runs other programs: with their output shown, or with it kept until it is wanted.

use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::children::Guarded;
use crate::fault::Fault;

/// How a program ended, and what it wrote to standard output and error, in that order of time.
pub(crate) struct Outcome {
    pub(crate) success: bool,
    pub(crate) output: String,
}

/// Cargo of the toolchain that runs this very program, started in the workspace's root.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).args(arguments);
    command
}

/// Runs a program with its output going where ours goes; answers whether it succeeded.
pub(crate) fn show(command: &mut Command) -> Result<bool, Fault> {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    Ok(status.success())
}

/// Runs a program and keeps its output.
///
/// A program still running after `limit` is ended, with everything it started.
pub(crate) fn keep(command: &mut Command, limit: Duration) -> Result<Outcome, Fault> {
    let unusable = |error| Fault::new("cannot keep a program's output").detail(error);
    // One file for both streams keeps their lines in order, and no thread has to drain a pipe.
    let mut file = tempfile::tempfile().map_err(unusable)?;
    let out = file.try_clone().map_err(unusable)?;
    let err = file.try_clone().map_err(unusable)?;
    let mut child = Guarded::start(command.stdin(Stdio::null()).stdout(out).stderr(err))?;
    let success = wait_until(&mut child, Instant::now() + limit)?;
    drop(child);

    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0)).map_err(unusable)?;
    file.read_to_end(&mut bytes).map_err(unusable)?;
    let mut output = String::from_utf8_lossy(&bytes).into_owned();
    if success.is_none() {
        output.push_str(&format!("\nended: still running after {} s\n", limit.as_secs()));
    }
    Ok(Outcome { success: success == Some(true), output })
}

/// Whether the child succeeded; nothing when it was still running at the deadline.
fn wait_until(child: &mut Guarded, deadline: Instant) -> Result<Option<bool>, Fault> {
    loop {
        if let Some(status) = child.ended()? {
            return Ok(Some(status.success()));
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The trimmed output of a quick program, or nothing when it is missing or fails.
pub(crate) fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let outcome = keep(Command::new(program).args(arguments), Duration::from_secs(30)).ok()?;
    outcome.success.then(|| outcome.output.trim().to_owned())
}

/// Whether a program of this name is on the search path.
pub(crate) fn is_installed(program: &str) -> bool {
    // Debian keeps servers in directories that an ordinary user's path leaves out.
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(Into::into))
        .any(|folder| folder.join(program).is_file())
}

/// What to say when a program cannot even be started.
pub(crate) fn not_started(command: &Command, error: &std::io::Error) -> Fault {
    let program = command.get_program().to_string_lossy().into_owned();
    Fault::new(format!("cannot start `{program}`")).detail(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, limit: Duration) -> Outcome {
        keep(Command::new("sh").args(["-c", script]), limit).unwrap()
    }

    #[test]
    fn keeps_both_streams_in_order() {
        let outcome = shell("echo a; echo b >&2; echo c; exit 3", Duration::from_secs(20));
        assert_eq!((outcome.success, outcome.output.as_str()), (false, "a\nb\nc\n"));
    }

    #[test]
    fn ends_a_program_that_takes_too_long_with_what_it_started() {
        let outcome = shell("sleep 600 & echo $!; wait", Duration::from_millis(200));
        assert!(!outcome.success);
        assert!(outcome.output.contains("ended: still running"), "{}", outcome.output);
        let grandchild = outcome.output.lines().next().unwrap();
        crate::children::wait_until_dead(grandchild);
    }

    #[test]
    fn names_the_program_that_is_missing() {
        let fault = show(&mut Command::new("no-such-program")).unwrap_err().to_string();
        assert!(fault.contains("`no-such-program`"), "{fault}");
    }
}
