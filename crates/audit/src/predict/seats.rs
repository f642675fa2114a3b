//! Tells sessions apart that no cookie names, by what a log says of where they began.

use std::collections::HashMap;

use foreign::logs::Binding;

use super::batch::Entry;
use super::route::Why;
use super::sessions::SESSIONS_MAX;

/// Who may be behind a request: a client, as far as it is known, and the pool and server that had
/// the session.
type Seat = (u64, u16, u16);

/// Sessions by where they are.
#[derive(Default)]
pub(super) struct Seats {
    at: HashMap<Seat, Sitting>,
    begun: u64,
    /// Requests that could be of several sessions.
    pub(super) dealt: u64,
}

/// The sessions of a seat, the oldest first, and the one that is next.
#[derive(Default)]
struct Sitting {
    sessions: Vec<u64>,
    next: usize,
}

impl Seats {
    /// A request with its session in the place of its client.
    ///
    /// A session begins where the log says so. A request of one that is kept is of any of those
    /// that are at its server and come from its address: each has its turn. Of one that began
    /// before the log, or elsewhere, nothing more is known than that.
    pub(super) fn told_apart(&mut self, entry: &Entry) -> Entry {
        let Some(binding) = entry.binding else { return *entry };
        let seat = (entry.client, entry.pool, entry.server);
        let is_known = self.at.contains_key(&seat);
        let session = balance::hash_bytes(&self.begun.to_le_bytes(), entry.client);
        if self.begun >= SESSIONS_MAX as u64 && !is_known {
            // Those at one server count as one then.
            let client = balance::hash_bytes(&entry.server.to_le_bytes(), entry.client);
            return Entry { client, ..*entry };
        }
        let sitting = self.at.entry(seat).or_default();
        if self.begun < SESSIONS_MAX as u64 && (binding == Binding::New || !is_known) {
            self.begun += 1;
            sitting.sessions.push(session);
            return Entry { client: session, ..*entry };
        }
        let client = sitting.sessions.get(sitting.next).copied().unwrap_or(entry.client);
        sitting.next = (sitting.next + 1) % sitting.sessions.len().max(1);
        let is_dealt = sitting.sessions.len() > 1;
        self.dealt += u64::from(is_dealt);
        let why = entry.why.or(is_dealt.then_some(Why::Session));
        Entry { client, why, ..*entry }
    }
}
