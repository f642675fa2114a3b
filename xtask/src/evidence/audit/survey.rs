//! Takes every file through its room: the verdict of the real program, then the audit.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::collection::Entry;
use super::ours::{self, Run};
use super::room::Room;
use super::verdict::{self, Bench, Verdict};
use crate::fault::Fault;

/// A file with what both say of it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) entry: Entry,
    pub(super) verdict: Verdict,
    pub(super) run: Run,
}

/// All of them, in their order, as many at once as there are cores.
pub(super) fn all(
    entries: &[Entry],
    evenkeel: &Path,
    bench: &Bench<'_>,
) -> Result<Vec<Seen>, Fault> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<Seen, Fault>)>> = Mutex::default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(entry) = entries.get(at) else { break };
                    let seen = one(entry, evenkeel, bench);
                    if let Ok(mut done) = done.lock() {
                        done.push((at, seen));
                        if done.len().is_multiple_of(100) {
                            eprintln!("{} of {}", done.len(), entries.len());
                        }
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, seen)| seen).collect()
}

fn one(entry: &Entry, evenkeel: &Path, bench: &Bench<'_>) -> Result<Seen, Fault> {
    let room = Room::new()?;
    let verdict = verdict::of(entry, &room, bench)?;
    let run = ours::run(entry, &room, evenkeel)?;
    Ok(Seen { entry: entry.clone(), verdict, run })
}
