//! Commands that are ended by a signal clear away what they made.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::support::Folder;

/// Goal: a demo ended by the system leaves no folder behind, and still sums up.
#[test]
fn a_demo() {
    for signal in ["TERM", "HUP", "INT"] {
        let folder = Folder::new();
        let mut child = Command::new(env!("CARGO_BIN_EXE_evenkeel"))
            .args(["demo", "--for", "10m"])
            .env("TMPDIR", folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let greeting = lines.next().expect("a line").expect("text");
        assert!(greeting.starts_with("Five servers behind"), "{greeting}");
        let arguments = [format!("-{signal}"), child.id().to_string()];
        assert!(Command::new("kill").args(arguments).status().expect("kill runs").success());
        let rest: Vec<String> = lines.map_while(Result::ok).collect();
        assert!(rest.iter().any(|line| line.contains("the demo ends here")), "{rest:?}");
        assert!(rest.iter().any(|line| line.contains("until it was ended early")), "{rest:?}");
        assert_eq!(child.wait().expect("it ends").code(), Some(0), "{signal} {rest:?}");
        let left = std::fs::read_dir(folder.path()).expect("it is there").count();
        assert_eq!(left, 0, "{signal}");
    }
}
