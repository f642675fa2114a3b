//! `--each` when nobody reads it, or it cannot be written.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use crate::support::Folder;

const CONFIG: &str = "backend portal\n server web1 10.1.0.1:80\n server web2 10.1.0.2:80\n";
const LINE: &str = "10.0.0.1 - - [10/Oct/2024:13:00:00 +0000] \"GET / HTTP/1.1\" 200 5\n";

fn predict(folder: &Folder, stdout: Stdio) -> Command {
    std::fs::write(folder.path().join("haproxy.cfg"), CONFIG).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_evenkeel"));
    command.args(["predict", "haproxy.cfg", "--log", "/dev/stdin", "--each"]);
    command.current_dir(folder.path()).stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::piped());
    command
}

/// Goal: `--each | head -1` ends at once and quietly. Method: a log without an end, of which the
/// reader takes one line: whoever reads on to the end never ends.
#[test]
fn it_ends_when_nobody_reads_on() {
    let folder = Folder::new();
    let mut child = predict(&folder, Stdio::piped()).spawn().expect("the command runs");
    let mut log = child.stdin.take().expect("its input");
    let writer = std::thread::spawn(move || {
        let lines = LINE.repeat(1000);
        while log.write_all(lines.as_bytes()).is_ok() {}
    });
    let mut first = String::new();
    let mut reader = BufReader::new(child.stdout.take().expect("its output"));
    reader.read_line(&mut first).expect("a line");
    assert!(first.starts_with("{\"line\":1,"), "{first}");
    drop(reader);
    assert_eq!(child.wait().expect("its end").code(), Some(0));
    let mut said = String::new();
    child.stderr.take().expect("its words").read_to_string(&mut said).expect("text");
    assert_eq!(said, "");
    writer.join().expect("the writer ends with it");
}

/// Goal: output that is lost is no success. Method: a disk that is full.
#[test]
fn what_cannot_be_written_is_told() {
    let folder = Folder::new();
    let full = File::create("/dev/full").expect("a full disk");
    let mut child = predict(&folder, full.into()).spawn().expect("the command runs");
    let mut log = child.stdin.take().expect("its input");
    log.write_all(LINE.as_bytes()).expect("its input");
    drop(log);
    let output = child.wait_with_output().expect("its end");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("cannot be written"), "{said}");
}
