//! Notes: small documents under a key, such as the state of alarms or the approved intent.

use rusqlite::{Connection, OptionalExtension};

use super::error::StoreError;
use super::open::Store;
use super::record::Record;

impl Store {
    /// Writes a note at once, in the place of the one its key had.
    ///
    /// # Errors
    /// When it is larger than 20 MiB, or the file cannot be written.
    pub fn put(&self, key: &str, body: &[u8]) -> Result<(), StoreError> {
        self.write(&[Record::Note { key: key.to_owned(), body: body.to_vec() }])
    }

    /// The note of that key.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn note(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let text = "SELECT body FROM notes WHERE key = ?1";
        self.told(self.connection.query_row(text, [key], |row| row.get(0)).optional())
    }
}

pub(super) fn put(tx: &Connection, key: &str, body: &[u8]) -> rusqlite::Result<()> {
    let text = "INSERT OR REPLACE INTO notes (key, body) VALUES (?1, ?2)";
    tx.execute(text, (key, body)).map(drop)
}
