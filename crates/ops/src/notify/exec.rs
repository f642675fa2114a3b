//! A program of the user's own: JSON on its standard input, status 0 when it has told.

use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use config::Exec;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};

use super::deliver::Parcel;
use super::failure::Failure;
use super::text;

/// Between two looks at whether it has ended.
const LOOK: Duration = Duration::from_millis(20);
/// Bytes of its complaints that are looked at.
const COMPLAINT_MAX: u64 = 400;
/// What it said last is waited for, where something that it started still holds the pipe.
const LAST_WORDS: Duration = Duration::from_secs(1);

pub(crate) fn deliver(to: &Exec, parcel: &Parcel<'_>) -> Result<(), Failure> {
    run(&to.command, to.timeout.into(), input(parcel).to_string())
}

/// What the program reads.
fn input(parcel: &Parcel<'_>) -> Value {
    json!({
        "change": parcel.notice.change,
        "delivery": parcel.delivery,
        "instance": parcel.house.instance,
        "receiver": parcel.receiver,
        "headline": text::headline(parcel.notice),
        "text": text::body(parcel.notice, parcel.house),
        "runbook_url": parcel.house.runbook(&parcel.notice.alarm),
        "alarm": parcel.notice.alarm,
    })
}

/// Runs a program with a text on its standard input.
pub(crate) fn run(command: &[String], limit: Duration, input: String) -> Result<(), Failure> {
    let [program, arguments @ ..] = command else {
        return Err(Failure::Never("no program is configured".to_owned()));
    };
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // What it starts ends with it.
        .process_group(0)
        .spawn();
    let mut child = child.map_err(|error| Failure::later(format!("{program}: {error}")))?;
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    // A program that reads nothing, or writes a lot, must not hold up the watch over its time; and
    // what it started in a session of its own may hold its pipes for ever.
    let (told, words) = channel();
    thread::spawn(move || stdin.map(|mut pipe| pipe.write_all(input.as_bytes())));
    thread::spawn(move || {
        let mut words = Vec::new();
        if let Some(mut pipe) = stderr {
            let _ = pipe.by_ref().take(COMPLAINT_MAX).read_to_end(&mut words);
            let _ = told.send(String::from_utf8_lossy(&words).into_owned());
            let _ = std::io::copy(&mut pipe, &mut std::io::sink());
        }
    });
    match wait(&mut child, limit) {
        Some(0) => Ok(()),
        Some(code) => {
            let words = words.recv_timeout(LAST_WORDS).unwrap_or_default();
            Err(Failure::Later(failed(program, code, &words)))
        }
        None => Err(Failure::later(format!("{program} took longer than {limit:?}"))),
    }
}

/// Its status, or `None` after it was ended because it took too long.
fn wait(child: &mut Child, limit: Duration) -> Option<i32> {
    let start = Instant::now();
    let ended = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status.code().unwrap_or(-1)),
            Ok(None) if start.elapsed() < limit => thread::sleep(LOOK),
            Ok(None) | Err(_) => break None,
        }
    };
    // Its children too, which hold its pipes open.
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.wait();
    ended
}

fn failed(program: &str, code: i32, words: &str) -> String {
    let words = words.trim();
    if words.is_empty() {
        format!("{program} ended with {code}")
    } else {
        format!("{program} ended with {code}: {words}")
    }
}
