//! The thread that writes the file, so that no step ever waits for a disk.

use std::sync::Arc;

use super::file;
use super::shared::{Phase, Shared};

/// Between two attempts to write to a disk that refuses, seconds.
const AGAIN_S: f64 = 1.0;

/// Writes every generation, until the end.
pub(super) fn run(shared: &Arc<Shared>) {
    let mut owed = false;
    loop {
        let mut state = shared.lock();
        while state.generation == state.saved && !owed && state.phase != Phase::Ended {
            state = shared.wait(state, shared.pace.wait(3600.0));
        }
        if state.phase == Phase::Ended {
            return;
        }
        let (bytes, generation) = state.snapshot();
        drop(state);
        let written = bytes.and_then(|bytes| file::write(&shared.path, &bytes));
        if let Err(error) = &written
            && !owed
        {
            tracing::error!(
                file = %shared.path.display(),
                "alarms cannot be kept; people are told all the same, after a restart perhaps \
                 once more: {error}"
            );
        }
        owed = written.is_err();
        let mut state = shared.lock();
        state.kept(generation);
        state.unkept = written.err().map(|error| error.to_string()).unwrap_or_default();
        shared.wake();
        if owed && state.phase != Phase::Ended {
            drop(shared.wait(state, shared.pace.wait(AGAIN_S)));
        }
    }
}

/// Writes what has not been written, at the end.
pub(super) fn last(shared: &Shared) {
    let state = shared.lock();
    if state.generation == state.saved {
        return;
    }
    let (bytes, _) = state.snapshot();
    drop(state);
    if let Err(error) = bytes.and_then(|bytes| file::write(&shared.path, &bytes)) {
        tracing::error!(file = %shared.path.display(), "alarms cannot be kept: {error}");
    }
}
