//! `haproxy -c -f FILE`.

use std::path::Path;

use super::super::collection::Entry;
use super::super::room::{Room, Told};
use super::amend::{between, host, member, missing, words};
use super::settle::{Bench, Verdict, settle};
use super::variables::variables;
use crate::fault::Fault;

const PAGE: &[u8] = b"HTTP/1.0 503 Service Unavailable\r\nConnection: close\r\n\r\n\r\n";

pub(super) fn verdict(entry: &Entry, room: &Room, bench: &Bench<'_>) -> Result<Verdict, Fault> {
    let folder = entry.file.parent().unwrap_or(Path::new("/"));
    let file = entry.file.to_string_lossy();
    let variables = variables(entry);
    let mut command = vec!["env"];
    command.extend(variables.iter().map(String::as_str));
    command.extend(["haproxy", "-c", "-f", file.as_ref()]);
    settle(|| room.run(folder, &command), accepts, |words| amend(words, folder, room, bench))
}

/// A file without a listener is one of several that are read together.
fn accepts(told: &Told) -> bool {
    told.code == Some(0) || told.err.contains("has no error but will not start (no listener)")
}

fn amend(said: &str, folder: &Path, room: &Room, bench: &Bench<'_>) -> Result<bool, Fault> {
    let mut done = false;
    for line in said.lines().filter(|line| line.contains("[ALERT]")) {
        done |= one(line, folder, room, bench)?;
    }
    Ok(done)
}

fn one(line: &str, folder: &Path, room: &Room, bench: &Bench<'_>) -> Result<bool, Fault> {
    if let Some(name) = between(line, "could not resolve address '", "'") {
        return host(room, name);
    }
    for who in ["user id for '", "group id for '"] {
        if let Some(name) = between(line, who, "'") {
            return member(room, name);
        }
    }
    // The place of the complaint comes first, and is a file as well.
    let complaint = line.split_once("] : ").map_or(line, |(_, rest)| rest);
    let Some(path) = missing(room, complaint, folder) else { return Ok(false) };
    let speaks = |what: &[&str]| what.iter().any(|what| complaint.contains(what));
    if !speaks(&["open", "load", "stat", "read", "access", "No such file", "find", "set CA"]) {
        return Ok(false);
    }
    if words(complaint).any(|word| word.ends_with('/')) {
        return room.folder(&path);
    }
    if speaks(&["error code", "errorfile", "http-errors", "custom error"]) {
        return room.write(&path, PAGE);
    }
    if speaks(&["SSL", "ssl", "crt", "CA", "PEM", "certificate", "ca-file"]) {
        return room.write(&path, &bench.pem);
    }
    room.write(&path, b"")
}
