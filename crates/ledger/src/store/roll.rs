//! Rolls windows up into longer ones, and lets go of what is older than its step is kept.
//!
//! A longer window is always made anew from the rows below it, never added to. That is why a
//! restart in the middle of a minute, or a clock that is set back, counts nothing twice.

use std::collections::BTreeMap;

use evenness::PoolWindow;
use rusqlite::Connection;

use super::encode::{decode, encode};
use super::marks::Marks;
use super::step::{Step, seconds, sql};

/// Rolls up what is over at `now_s`, then deletes what is too old.
pub(super) fn settle(tx: &Connection, marks: &mut Marks, now_s: u64) -> rusqlite::Result<()> {
    roll(tx, marks, now_s, Step::Second, Step::TenSeconds)?;
    roll(tx, marks, now_s, Step::TenSeconds, Step::Minute)?;
    roll(tx, marks, now_s, Step::TenSeconds, Step::TenMinutes)?;
    for step in Step::ALL {
        let cut = now_s.saturating_sub(step.kept_s());
        delete_before(tx, marks, step, cut.min(deletable(marks, step)))?;
    }
    Ok(())
}

/// Until when windows of this step may be deleted: what is needed to roll up stays.
pub(super) fn deletable(marks: &Marks, step: Step) -> u64 {
    match step {
        Step::Second => marks.rolled(Step::TenSeconds),
        Step::TenSeconds => marks.rolled(Step::Minute).min(marks.rolled(Step::TenMinutes)),
        Step::Minute | Step::TenMinutes => u64::MAX,
    }
}

/// Deletes a step's windows before a time, in whole minutes: so all steps can be read side by side.
pub(super) fn delete_before(
    tx: &Connection,
    marks: &mut Marks,
    step: Step,
    at_s: u64,
) -> rusqlite::Result<usize> {
    let cut = Step::Minute.slot(at_s);
    let text = format!("DELETE FROM {} WHERE from_s < ?1", step.table());
    let deleted = tx.execute(&text, [sql(cut)])?;
    if deleted > 0 {
        marks.cut(step, cut);
    }
    Ok(deleted)
}

fn roll(
    tx: &Connection,
    marks: &mut Marks,
    now_s: u64,
    fine: Step,
    coarse: Step,
) -> rusqlite::Result<()> {
    let (from, until) = (marks.rolled(coarse), coarse.slot(now_s));
    if from >= until {
        return Ok(());
    }
    let text = format!(
        "SELECT from_s, pool, body FROM {} WHERE from_s >= ?1 AND from_s < ?2 ORDER BY from_s",
        fine.table()
    );
    let mut statement = tx.prepare(&text)?;
    let mut rows = statement.query((sql(from), sql(until)))?;
    let (mut slot, mut open) = (0, BTreeMap::new());
    while let Some(row) = rows.next()? {
        let at = seconds(row.get(0)?);
        if coarse.slot(at) != slot {
            write(tx, coarse, slot, &mut open)?;
            slot = coarse.slot(at);
        }
        // A body that cannot be read measures nothing.
        if let Some(window) = decode(at, row.get_ref(2)?.as_blob()?) {
            let sum: &mut PoolWindow = open.entry(row.get(1)?).or_default();
            sum.add(&window);
        }
    }
    write(tx, coarse, slot, &mut open)?;
    marks.set_rolled(coarse, until);
    Ok(())
}

fn write(
    tx: &Connection,
    step: Step,
    slot: u64,
    open: &mut BTreeMap<i64, PoolWindow>,
) -> rusqlite::Result<()> {
    let text =
        format!("INSERT OR REPLACE INTO {} (from_s, pool, body) VALUES (?1, ?2, ?3)", step.table());
    let mut statement = tx.prepare(&text)?;
    while let Some((pool, window)) = open.pop_first() {
        statement.execute((sql(slot), pool, encode(&step.kept(window))))?;
    }
    Ok(())
}
