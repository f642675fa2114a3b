//! A process that ends with its test, and what an audit of it says.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::evenkeel;

pub(super) struct Process(Child);

impl Process {
    pub(super) fn start(program: impl AsRef<Path>, args: &[&str], folder: &Path) -> Process {
        let mut command = Command::new(program.as_ref());
        command.args(args).current_dir(folder).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Process(command.spawn().expect("`cargo xtask test` installs what tests need"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The exit code, and what was found by the two rules that ask: number, line, severity, words.
pub(super) fn found(folder: &Path, args: &[&str]) -> (Option<i32>, Vec<Value>) {
    let output = evenkeel(folder, &[&["audit", "--format", "json"], args].concat());
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    let told: Value = serde_json::from_slice(&output.stdout).expect(&error);
    let all = told["findings"].as_array().expect("a list").iter();
    let asks = |finding: &&Value| finding["rule"] == "EKW203" || finding["rule"] == "EKC602";
    (output.status.code(), all.filter(asks).cloned().collect())
}
