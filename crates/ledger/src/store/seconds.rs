//! Adds windows to the seconds that they began in.

use evenness::PoolWindow;
use rusqlite::{Connection, OptionalExtension, Statement};

use super::encode::{decode, encode};
use super::pools;
use super::step::sql;

/// The statements of a transaction, each read by the database once.
pub(super) struct Seconds<'tx> {
    number: Statement<'tx>,
    find: Statement<'tx>,
    put: Statement<'tx>,
}

impl<'tx> Seconds<'tx> {
    pub(super) fn of(tx: &'tx Connection) -> rusqlite::Result<Seconds<'tx>> {
        Ok(Seconds {
            number: tx.prepare(pools::NUMBER)?,
            find: tx.prepare("SELECT body FROM window_1s WHERE from_s = ?1 AND pool = ?2")?,
            put: tx.prepare(
                "INSERT OR REPLACE INTO window_1s (from_s, pool, body) VALUES (?1, ?2, ?3)",
            )?,
        })
    }

    pub(super) fn add(&mut self, pool: &str, window: &PoolWindow) -> rusqlite::Result<()> {
        let from_s = sql(window.from_s);
        let pool: i64 = self.number.query_row((pool, from_s), |row| row.get(0))?;
        let before: Option<Vec<u8>> =
            self.find.query_row((from_s, pool), |row| row.get(0)).optional()?;
        let sum = before.and_then(|body| decode(window.from_s, &body)).map(|mut sum| {
            sum.add(window);
            sum
        });
        let body = encode(sum.as_ref().unwrap_or(window));
        self.put.execute((from_s, pool, body)).map(drop)
    }
}
