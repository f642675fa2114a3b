//! Prometheus' own judge of what is written for it.

use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};

/// Whether it is content, and all that it says.
pub(super) fn promtool(arguments: &[&str], input: &str) -> (bool, String) {
    let started = Command::new("promtool")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut promtool = match started {
        Ok(promtool) => promtool,
        Err(error) if error.kind() == ErrorKind::NotFound => panic!(
            "promtool is missing, so nothing can be checked: run `cargo xtask test`, \
             which installs it, or `apt-get install prometheus`"
        ),
        Err(error) => panic!("promtool does not start: {error}"),
    };
    let mut stdin = promtool.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = promtool.wait_with_output().unwrap();
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text += &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text)
}
