//! The tables, and the version that says which ones they are.

use rusqlite::{Connection, Transaction, TransactionBehavior};

/// Kept in `user_version`. A column more is a higher version; a field more in a window's body is
/// not, see `encode`, nor is a table that an earlier program can do without.
pub(super) const VERSION: i64 = 1;

/// Windows are found by time first: rolling up and ageing go by time, for all pools at once.
const TABLES: &str = "
CREATE TABLE pools (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    last_s INTEGER NOT NULL
);
CREATE TABLE window_1s (
    from_s INTEGER NOT NULL, pool INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (from_s, pool)
);
CREATE TABLE window_10s (
    from_s INTEGER NOT NULL, pool INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (from_s, pool)
);
CREATE TABLE window_1m (
    from_s INTEGER NOT NULL, pool INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (from_s, pool)
);
CREATE TABLE marks (
    name TEXT PRIMARY KEY,
    at_s INTEGER NOT NULL
);
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    pool TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL
);
CREATE INDEX events_at ON events (at);
CREATE TABLE notes (
    key TEXT PRIMARY KEY,
    body BLOB NOT NULL
);
";

/// Tables that came later, and that earlier programs leave alone.
const LATER: &str = "
CREATE TABLE IF NOT EXISTS window_10m (
    from_s INTEGER NOT NULL, pool INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (from_s, pool)
);
";

pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Makes the tables where there are none. Answers whether they are there now: not in a database
/// that is somebody else's.
pub(super) fn create(connection: &Connection) -> rusqlite::Result<bool> {
    let tx = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    // Another process may have been quicker.
    if version(&tx)? != VERSION {
        let count = "SELECT count(*) FROM sqlite_schema";
        let others: i64 = tx.query_row(count, (), |row| row.get(0))?;
        if others > 0 {
            return Ok(false);
        }
        tx.execute_batch(TABLES)?;
        tx.pragma_update(None, "user_version", VERSION)?;
    }
    tx.execute_batch(LATER)?;
    tx.commit()?;
    Ok(true)
}

/// Whether a database that is only read has a table that came later.
pub(super) fn has(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    let count = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    connection.query_row(count, [table], |row| row.get(0)).map(|count: i64| count > 0)
}

/// Looks at the root and the last row of every table: what a file cut short or written over
/// seldom survives. Reading all of it would take a start seconds.
pub(super) fn probe(connection: &Connection) -> rusqlite::Result<()> {
    for table in ["pools", "window_1s", "window_10s", "window_1m", "marks", "events", "notes"] {
        let sql = format!("SELECT * FROM {table} ORDER BY rowid DESC LIMIT 1");
        connection.prepare(&sql)?.query(())?.next()?;
    }
    for table in ["window_1s", "window_10s", "window_1m"] {
        let sql = format!("SELECT max(from_s) FROM {table}");
        connection.prepare(&sql)?.query(())?.next()?;
    }
    Ok(())
}
