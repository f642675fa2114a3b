//! The names of pools, which rows know by number.

use rusqlite::{Connection, OptionalExtension};

use super::step::{KEPT_S, sql};

/// Answers with the number of the pool ?1, which is measured at ?2.
pub(super) const NUMBER: &str = "INSERT INTO pools (name, last_s) VALUES (?1, ?2)
    ON CONFLICT (name) DO UPDATE SET last_s = max(last_s, excluded.last_s) RETURNING id";

/// The number of a pool that is known.
pub(super) fn known(connection: &Connection, name: &str) -> rusqlite::Result<Option<i64>> {
    let text = "SELECT id FROM pools WHERE name = ?1";
    connection.query_row(text, [name], |row| row.get(0)).optional()
}

/// All of them, by name.
pub(super) fn names(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT name FROM pools ORDER BY name")?;
    statement.query_map((), |row| row.get(0))?.collect()
}

/// Forgets those whose last window is gone.
pub(super) fn forget(tx: &Connection, now_s: u64) -> rusqlite::Result<()> {
    let before = sql(now_s.saturating_sub(KEPT_S));
    tx.execute("DELETE FROM pools WHERE last_s < ?1", [before]).map(drop)
}
