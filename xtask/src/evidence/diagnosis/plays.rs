//! Plays cases with the program itself, on all cores.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::case::Case;
use crate::evidence::runs::said;
use crate::fault::Fault;

/// A case and what the program said of it.
pub(super) struct Played {
    pub(super) case: Case,
    pub(super) said: Value,
}

/// Where a case is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// In virtual time.
    Simulator,
    /// On real sockets, with a balancer that serves.
    Floor,
}

impl Stage {
    fn words(self) -> &'static [&'static str] {
        match self {
            Stage::Simulator => &["sim", "run", "--judge", "--format", "json"],
            Stage::Floor => &["drill", "run", "--balancer", "evenkeel", "--format", "json"],
        }
    }

    /// A drill waits most of the time; but it must not wait for another one.
    fn at_once(self) -> usize {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        match self {
            Stage::Simulator => cores,
            Stage::Floor => cores.div_ceil(2),
        }
    }
}

/// Plays all cases; the longest are best put first.
pub(super) fn play(evenkeel: &Path, stage: Stage, cases: Vec<Case>) -> Result<Vec<Played>, Fault> {
    let folder = tempfile::tempdir().map_err(|error| Fault::new("no folder").detail(error))?;
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..stage.at_once() {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let played = one(evenkeel, stage, folder.path(), case);
                    let mut done = done.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                    done.push(played);
                    if done.len().is_multiple_of(50) {
                        eprintln!("{} of {} cases played", done.len(), cases.len());
                    }
                }
            });
        }
    });
    let done = done.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    let mut played = done.into_iter().collect::<Result<Vec<Played>, Fault>>()?;
    played.sort_by_key(|one| (one.case.kind, one.case.seed));
    Ok(played)
}

fn one(evenkeel: &Path, stage: Stage, folder: &Path, case: &Case) -> Result<Played, Fault> {
    let file = folder.join(format!("{}-{}.toml", case.kind.name(), case.seed));
    let unwritable = |error| Fault::new("cannot write a scenario").detail(error);
    std::fs::write(&file, &case.text).map_err(unwritable)?;
    let mut command = Command::new(evenkeel);
    command.args(stage.words());
    let said = said(command.args(["--seed", &case.seed.to_string()]).arg(&file))?;
    Ok(Played { case: case.clone(), said })
}
