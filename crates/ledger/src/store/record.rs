//! What the history takes in.

use std::sync::Arc;

use evenness::PoolWindow;

use crate::event::Event;

/// Endpoints of one window; more than anybody balances over, and few enough for one row.
const ENDPOINTS_MAX: usize = 4096;
/// Bytes of one note: the memory of clients takes 16 MB where a million come a day.
const NOTE_BYTES_MAX: usize = 20 << 20;
/// Bytes of a pool's, an endpoint's or a note's name.
const NAME_BYTES_MAX: usize = 1024;
/// What an endpoint's window takes in memory, and what is known of who asked, bytes.
const ENDPOINT_BYTES: usize = 512;
const TURNOUT_BYTES: usize = 4096;

/// One thing to keep.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// A pool's window of about one second, its endpoints in the order of their names. A second
    /// window of the same pool and second adds to the first.
    Window {
        /// The pool.
        pool: Arc<str>,
        /// What was measured.
        window: PoolWindow,
    },
    /// An event. Texts are cut to 8 KiB.
    Event(Event),
    /// A small document, up to 20 MiB, in the place of the one that its key had before.
    Note {
        /// Its name.
        key: String,
        /// What it says.
        body: Vec<u8>,
    },
}

impl Record {
    /// What is too large about it, for a person; nothing of most.
    pub(super) fn excess(&self) -> Option<String> {
        match self {
            Record::Window { pool, window } => {
                let names = window.endpoints.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
                let fits = window.endpoints.len() <= ENDPOINTS_MAX
                    && pool.len().max(names) <= NAME_BYTES_MAX;
                (!fits).then(|| format!("a window of {} endpoints", window.endpoints.len()))
            }
            Record::Event(_) => None,
            Record::Note { key, body } => {
                let fits = key.len() <= NAME_BYTES_MAX && body.len() <= NOTE_BYTES_MAX;
                (!fits).then(|| format!("a note of {} bytes", body.len()))
            }
        }
    }

    /// What it takes in memory while it waits, bytes.
    pub(super) fn bytes(&self) -> usize {
        let more = match self {
            Record::Window { window, .. } => {
                window.endpoints.len() * ENDPOINT_BYTES + TURNOUT_BYTES
            }
            Record::Event(event) => event.what.len() + event.who.len(),
            Record::Note { body, .. } => body.len(),
        };
        size_of::<Record>() + more
    }
}
