//! Events in the database.

use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, Row};

use super::error::StoreError;
use super::open::Store;
use super::record::Record;
use super::step::KEPT_S;
use crate::event::{Event, EventKind};

/// Events that are kept.
const EVENTS_MAX: i64 = 100_000;
/// What goes at once when room is needed.
const MORSEL: i64 = 1000;
/// Of one text; what a program says when it fails can be long.
const TEXT_BYTES_MAX: usize = 8192;

impl Store {
    /// Writes an event at once.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_event(&self, event: &Event) -> Result<(), StoreError> {
        self.write(&[Record::Event(event.clone())])
    }

    /// The number that the next event has.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next_event(&self) -> Result<u64, StoreError> {
        let text = "SELECT coalesce(max(id), 0) + 1 FROM events";
        let next = self.connection.query_row(text, (), |row| row.get::<_, i64>(0));
        self.told(next.map(i64::cast_unsigned))
    }

    /// Events from a moment until before another, seconds since the Unix epoch, in the order of
    /// their times. With a pool: its own, and those of the process, which concern it too.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn events(&self, from: f64, to: f64, pool: Option<&str>) -> Result<Vec<Event>, StoreError> {
        let text = "SELECT id, at, kind, pool, endpoint, who, what FROM events
            WHERE at >= ?1 AND at < ?2 AND (?3 IS NULL OR pool = ?3 OR pool = '')
            ORDER BY at, id";
        let read = || {
            let mut statement = self.connection.prepare(text)?;
            let rows = statement.query_map((from, to, pool), event)?;
            // A kind that a later version wrote is not known here.
            rows.filter_map(Result::transpose).collect()
        };
        self.told(read())
    }

    /// The latest events before a moment, so many at most, the oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn latest_events(&self, before: f64, most: u32) -> Result<Vec<Event>, StoreError> {
        let text = "SELECT id, at, kind, pool, endpoint, who, what FROM events
            WHERE at < ?1 ORDER BY at DESC, id DESC LIMIT ?2";
        let read = || {
            let mut statement = self.connection.prepare(text)?;
            let rows = statement.query_map((before, most), event)?;
            rows.filter_map(Result::transpose).collect::<rusqlite::Result<Vec<_>>>()
        };
        let mut latest = self.told(read())?;
        latest.reverse();
        Ok(latest)
    }
}

fn event(row: &Row<'_>) -> rusqlite::Result<Option<Event>> {
    let kind: String = row.get(2)?;
    let Some(kind) = EventKind::by_name(&kind) else { return Ok(None) };
    Ok(Some(Event {
        number: row.get::<_, i64>(0)?.cast_unsigned(),
        at: row.get(1)?,
        kind,
        pool: row.get(3)?,
        endpoint: row.get(4)?,
        who: row.get(5)?,
        what: row.get(6)?,
    }))
}

pub(super) fn insert(tx: &Connection, event: &Event) -> rusqlite::Result<()> {
    // Who numbers without having read what is there must not overwrite it.
    let text = "INSERT INTO events (id, at, kind, pool, endpoint, who, what)
        VALUES (CASE WHEN ?1 = 0 OR EXISTS (SELECT 1 FROM events WHERE id = ?1) THEN NULL
            ELSE ?1 END, ?2, ?3, ?4, ?5, ?6, ?7)";
    let Event { number, at, kind, pool, endpoint, who, what } = event;
    let [pool, endpoint, who, what] = [pool, endpoint, who, what].map(|text| cut(text));
    tx.execute(text, (number.cast_signed(), at, kind.name(), pool, endpoint, who, what)).map(drop)
}

/// Lets go of what is too old, and of the oldest of too many.
pub(super) fn settle(tx: &Connection, latest: f64) -> rusqlite::Result<()> {
    // An event can be of any time that somebody wrote down. One of next year must not clear this.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let before = latest.min(now) - KEPT_S as f64;
    tx.execute("DELETE FROM events WHERE at < ?1", [before])?;
    // Numbers are given one after the other, so that they count.
    let text = "DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - ?1";
    tx.execute(text, [EVENTS_MAX]).map(drop)
}

/// Makes room. Answers whether there was anything to delete.
pub(super) fn delete_oldest(tx: &Connection) -> rusqlite::Result<bool> {
    let text = "DELETE FROM events WHERE id < (SELECT min(id) FROM events) + ?1";
    Ok(tx.execute(text, [MORSEL])? > 0)
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_BYTES_MAX)]
}
