//! Rolls windows up into longer ones, and lets go of what is older than its step is kept.
//!
//! A longer window is always made anew from the rows below it, never added to. That is why a
//! restart in the middle of a minute, or a clock that is set back, counts nothing twice.

use std::collections::BTreeMap;

use evenness::{PoolWindow, Turnout};
use rusqlite::Connection;

use super::encode::{decode, encode};
use super::marks::Marks;
use super::step::{DAY_S, Step, seconds, sql};

/// Rolls up what is over at `now_s`, then deletes what is too old.
pub(super) fn settle(tx: &Connection, marks: &mut Marks, now_s: u64) -> rusqlite::Result<()> {
    roll(tx, marks, now_s, Step::Second, Step::TenSeconds)?;
    roll(tx, marks, now_s, Step::Second, Step::Minute)?;
    roll(tx, marks, now_s, Step::Minute, Step::TenMinutes)?;
    forget_turnouts(tx, marks, now_s)?;
    for step in Step::ALL {
        let cut = now_s.saturating_sub(step.kept_s());
        delete_before(tx, marks, step, cut.min(deletable(marks, step)))?;
    }
    Ok(())
}

/// Until when windows of this step may be deleted: what is needed to roll up stays.
pub(super) fn deletable(marks: &Marks, step: Step) -> u64 {
    match step {
        Step::Second => marks.rolled(Step::TenSeconds).min(marks.rolled(Step::Minute)),
        Step::Minute => marks.rolled(Step::TenMinutes),
        Step::TenSeconds | Step::TenMinutes => u64::MAX,
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

/// Minutes know for a day who asked, addresses among it; then only the ten minutes do.
fn forget_turnouts(tx: &Connection, marks: &mut Marks, now_s: u64) -> rusqlite::Result<()> {
    let old = Step::Minute.slot(now_s.saturating_sub(DAY_S));
    let (from, until) = (marks.bare(), old.min(marks.rolled(Step::TenMinutes)));
    if from >= until {
        return Ok(());
    }
    let text = "SELECT from_s, pool, body FROM window_1m WHERE from_s >= ?1 AND from_s < ?2";
    let mut statement = tx.prepare(text)?;
    let mut rows = statement.query((sql(from), sql(until)))?;
    let mut forgotten: Vec<(i64, i64, Vec<u8>)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (at, pool): (i64, i64) = (row.get(0)?, row.get(1)?);
        let window = decode(seconds(at), row.get_ref(2)?.as_blob()?);
        if let Some(mut window) = window.filter(|window| window.turnout.length_s > 0.0) {
            *window.turnout = Turnout::default();
            forgotten.push((at, pool, encode(&window)));
        }
    }
    let mut update =
        tx.prepare("UPDATE window_1m SET body = ?3 WHERE from_s = ?1 AND pool = ?2")?;
    forgotten.into_iter().try_for_each(|row| update.execute(row).map(drop))?;
    marks.set_bare(until);
    Ok(())
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
