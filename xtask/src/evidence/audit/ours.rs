//! What the command says of a file, in the room where the real program read it.

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use super::collection::Entry;
use super::room::Room;
use super::verdict::variables;
use crate::fault::Fault;

/// One run of `evenkeel audit`.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) ended: Ended,
    pub(super) findings: Vec<Finding>,
    /// Time of a processor that it took.
    pub(super) took: Duration,
}

/// How it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Read,
    /// With the first thing that could not be read.
    Refused(String),
    /// A panic, a signal, or no end.
    Crashed(String),
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Finding {
    pub(super) rule: String,
    pub(super) name: String,
    pub(super) severity: String,
    pub(super) place: Option<Place>,
    #[serde(default)]
    pub(super) what: String,
}

impl Finding {
    /// Its line; 0 where it is about the whole.
    pub(super) fn line(&self) -> u32 {
        self.place.as_ref().map_or(0, |place| place.line)
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Place {
    pub(super) line: u32,
}

#[derive(Deserialize)]
struct Answer {
    findings: Vec<Finding>,
    syntax_errors: Vec<Unread>,
}

#[derive(Deserialize)]
struct Unread {
    line: u32,
    column: u32,
    what: String,
}

/// Runs the command. What the file's product is, it finds out itself, as it has to for users.
pub(super) fn run(entry: &Entry, room: &Room, evenkeel: &Path) -> Result<Run, Fault> {
    let folder = entry.file.parent().unwrap_or(Path::new("/"));
    let (program, file) = (evenkeel.to_string_lossy(), entry.file.to_string_lossy());
    let variables = variables(entry);
    let mut command = vec!["env"];
    command.extend(variables.iter().map(String::as_str));
    command.extend([&program, "audit", &file, "--format", "json"]);
    let told = room.run(folder, &command)?;
    let took = told.took;
    let answer = serde_json::from_str::<Answer>(&told.out);
    let (ended, findings) = match (told.code, answer) {
        (Some(0..=2), Ok(answer)) => match answer.syntax_errors.first() {
            None => (Ended::Read, answer.findings),
            Some(first) => {
                let place = format!("{}:{}: {}", first.line, first.column, first.what);
                (Ended::Refused(place), answer.findings)
            }
        },
        (Some(2), Err(_)) => (Ended::Refused(last_line(&told.err)), Vec::new()),
        _ => (Ended::Crashed(last_line(&told.err)), Vec::new()),
    };
    Ok(Run { ended, findings, took })
}

fn last_line(text: &str) -> String {
    text.trim_end().lines().next_back().unwrap_or("said nothing").to_owned()
}
