//! Keeps the database within its bound: when it is nearly full, the oldest of the finest step goes.

use rusqlite::Connection;

use super::events;
use super::marks::Marks;
use super::roll::{deletable, delete_before};
use super::step::{Step, seconds};

/// Deletes until there is room again for what a second brings. Pages fall free inside the file,
/// which keeps its size.
pub(super) fn make(tx: &Connection, marks: &mut Marks, pages_max: u64) -> rusqlite::Result<()> {
    let reserve = (pages_max / 32).max(16).min(pages_max / 4);
    if pages_used(tx)? + reserve <= pages_max {
        return Ok(());
    }
    // Twice the reserve, so that it need not be done every second.
    while pages_used(tx)? + 2 * reserve > pages_max {
        if !delete_some(tx, marks)? {
            break;
        }
    }
    Ok(())
}

/// Pages that hold something.
pub(super) fn pages_used(connection: &Connection) -> rusqlite::Result<u64> {
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get(0));
    let (all, free): (i64, i64) = (pragma("page_count")?, pragma("freelist_count")?);
    Ok(seconds(all - free))
}

/// Answers whether there was anything left to delete.
fn delete_some(tx: &Connection, marks: &mut Marks) -> rusqlite::Result<bool> {
    for step in Step::ALL {
        let text = format!("SELECT min(from_s) FROM {}", step.table());
        let oldest: Option<i64> = tx.query_row(&text, (), |row| row.get(0))?;
        let Some(oldest) = oldest.map(seconds) else { continue };
        let cut = (oldest + step.morsel_s()).min(deletable(marks, step));
        if delete_before(tx, marks, step, cut)? > 0 {
            return Ok(true);
        }
    }
    events::delete_oldest(tx)
}
