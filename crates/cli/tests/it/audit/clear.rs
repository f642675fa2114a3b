//! What could be taken for "all is well", and is not.

use std::process::{Command, Stdio};

use crate::support::{Folder, evenkeel};

const BAD: &str = "backend b\n  cookie S insert\n  server a 10.0.0.1:80 chek cookie x\n  \
    server b 10.0.0.2:80 cookie x\n";

/// Goal: a pipe is read once, and whole. Method: a file with an error, as a path and as a pipe.
#[test]
fn a_pipe_is_as_good_as_a_file() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("a.cfg"), BAD).expect("written");
    let file = evenkeel(folder.path(), &["audit", "a.cfg", "--format", "json"]);
    let found = |output: &[u8]| {
        let object: serde_json::Value = serde_json::from_slice(output).expect("JSON");
        (object["errors"].clone(), object["warnings"].clone())
    };
    let pipe = Command::new(env!("CARGO_BIN_EXE_evenkeel"))
        .args(["audit", "/dev/stdin", "--format", "json"])
        .stdin(Stdio::from(
            std::process::Command::new("cat")
                .arg(folder.path().join("a.cfg"))
                .stdout(Stdio::piped())
                .spawn()
                .expect("cat")
                .stdout
                .take()
                .expect("a pipe"),
        ))
        .output()
        .expect("runs");
    assert_eq!(found(&pipe.stdout), found(&file.stdout));
    assert_eq!(pipe.status.code(), Some(1));
}

/// Goal: a folder in which nothing was read is no clean one, nor is a device.
#[test]
fn what_is_not_read_is_not_clean() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("events.conf"), "events {}\n").expect("written");
    for path in [".", "/dev/zero"] {
        let output = evenkeel(folder.path(), &["audit", path]);
        assert_eq!(output.status.code(), Some(2), "{path}: {output:?}");
    }
}

/// Goal: a word that is not known is told, in every product, and a file that cannot be read fails
/// in every form.
#[test]
fn what_is_not_known_is_told() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("a.cfg"), BAD).expect("written");
    let nginx = "events {}\nhttp {\n  upstream u { server 10.0.0.1 weigth=3; }\n}\n";
    std::fs::write(folder.path().join("n.conf"), nginx).expect("written");
    for (file, word) in [("a.cfg", "a.cfg:3:24: note: `chek`"), ("n.conf", "n.conf:3:32: note:")] {
        let output = evenkeel(folder.path(), &["audit", file]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains(word), "{file}: {told}");
    }
    std::fs::write(folder.path().join("b.cfg"), "backend a|b\n  mode http\n").expect("written");
    for (form, word) in [("markdown", "Not readable"), ("junit", "<error "), ("github", "::error ")]
    {
        let output = evenkeel(folder.path(), &["audit", "b.cfg", "--format", form]);
        assert!(String::from_utf8_lossy(&output.stdout).contains(word), "{form}: {output:?}");
    }
}
