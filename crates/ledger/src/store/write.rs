//! Writes records: one transaction, with the rolling up and the ageing that follow from them.

use rusqlite::{Transaction, TransactionBehavior};

use super::error::StoreError;
use super::marks::Marks;
use super::open::Store;
use super::record::Record;
use super::seconds::Seconds;
use super::{events, notes, pools, roll, room};

/// Records between two looks at the room that is left.
const LOOK: usize = 64;

impl Store {
    /// Writes all of them or, on an error, none. Windows and events are of the time in which they
    /// are written: what is too old by the latest of them is let go.
    ///
    /// # Errors
    /// When one is too large, or the file cannot be written.
    pub fn write(&self, records: &[Record]) -> Result<(), StoreError> {
        if let Some(what) = records.iter().find_map(Record::excess) {
            return Err(StoreError::TooLarge { path: self.path.clone(), what });
        }
        self.told(self.try_write(records))
    }

    fn try_write(&self, records: &[Record]) -> rusqlite::Result<()> {
        let behavior = TransactionBehavior::Immediate;
        let tx = Transaction::new_unchecked(&self.connection, behavior)?;
        let before = Marks::read(&tx)?;
        let mut marks = before;
        let mut seconds = Seconds::of(&tx)?;
        let (mut now_s, mut latest) = (None, None);
        for batch in records.chunks(LOOK) {
            room::make(&tx, &mut marks, self.pages_max)?;
            for record in batch {
                match record {
                    Record::Window { pool, window } => {
                        seconds.add(pool, window)?;
                        marks.touched(window.from_s);
                        now_s = Some(window.from_s);
                    }
                    Record::Event(event) => {
                        events::insert(&tx, event)?;
                        latest = Some(event.at);
                    }
                    Record::Note { key, body } => notes::put(&tx, key, body)?,
                }
            }
            if let Some(now_s) = now_s {
                roll::settle(&tx, &mut marks, now_s)?;
            }
        }
        if let Some(now_s) = now_s {
            pools::forget(&tx, now_s)?;
        }
        if let Some(latest) = latest {
            events::settle(&tx, latest)?;
        }
        marks.write(&before, &tx)?;
        drop(seconds);
        tx.commit()
    }
}
