//! Reads windows back, each part of the time from the finest step that still has all of it.

use std::ops::Range;

use evenness::{PoolWindow, Turnout};
use rusqlite::Connection;

use super::encode::decode;
use super::error::StoreError;
use super::marks::Marks;
use super::open::Store;
use super::pools;
use super::schema;
use super::step::{Step, seconds, sql};

impl Store {
    /// The windows of a pool that begin from `from_s` until before `to_s`, seconds since the Unix
    /// epoch, in their order: of 1 s in the last hour, of 10 s in the last day, of 1 min before.
    /// What was not measured is not among them.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn windows(
        &self,
        pool: &str,
        from_s: u64,
        to_s: u64,
    ) -> Result<Vec<PoolWindow>, StoreError> {
        let mut windows = Vec::new();
        self.each_row(pool, from_s..to_s, |row| {
            if let Row::Window(window) = row {
                windows.push(window);
            }
        })?;
        Ok(windows)
    }

    /// The same, summed to windows of `step_s` that begin at its multiples; where only longer ones
    /// are left, those. Who asked is known by seconds, minutes and ten minutes: of windows that are
    /// not made of whole ones, it is not.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn summed(
        &self,
        pool: &str,
        from_s: u64,
        to_s: u64,
        step_s: u64,
    ) -> Result<Vec<PoolWindow>, StoreError> {
        let step_s = step_s.max(1);
        let mut sums: Vec<PoolWindow> = Vec::new();
        self.each_row(pool, from_s..to_s, |row| match (row, sums.last_mut()) {
            (Row::Window(window), Some(sum)) if sum.from_s / step_s == window.from_s / step_s => {
                sum.add(&window);
            }
            (Row::Window(window), _) => sums.push(window),
            (Row::Turnout(step, from_s, turnout), _) if step_s.is_multiple_of(step.length_s()) => {
                let slot = |sum: &&mut PoolWindow| sum.from_s / step_s == from_s / step_s;
                sums.iter_mut().rev().find(slot).into_iter().for_each(|s| s.turnout.add(&turnout));
            }
            (Row::Turnout(..), _) => {}
        })?;
        for sum in &mut sums {
            sum.from_s -= sum.from_s % step_s;
        }
        Ok(sums)
    }

    /// All of that time in one window; `None` where nothing was measured.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn sum(
        &self,
        pool: &str,
        from_s: u64,
        to_s: u64,
    ) -> Result<Option<PoolWindow>, StoreError> {
        let mut sum: Option<PoolWindow> = None;
        self.each_row(pool, from_s..to_s, |row| match (row, &mut sum) {
            (Row::Window(window), Some(sum)) => sum.add(&window),
            (Row::Window(window), None) => sum = Some(window),
            (Row::Turnout(_, _, turnout), Some(sum)) => sum.turnout.add(&turnout),
            (Row::Turnout(..), None) => {}
        })?;
        Ok(sum)
    }

    /// How long the windows are that are kept of a moment, seconds: 1, 10 or 60.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn step_s(&self, at_s: u64) -> Result<u64, StoreError> {
        let marks = self.told(Marks::read(&self.connection))?;
        let finest = [Step::Second, Step::TenSeconds].into_iter();
        let whole = finest.filter(|step| at_s >= marks.whole(*step)).map(Step::length_s).next();
        Ok(whole.unwrap_or(Step::Minute.length_s()))
    }

    /// The pools that were measured in the last five weeks, by name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn pools(&self) -> Result<Vec<String>, StoreError> {
        self.told(pools::names(&self.connection))
    }

    fn each_row(
        &self,
        pool: &str,
        time: Range<u64>,
        visit: impl FnMut(Row),
    ) -> Result<(), StoreError> {
        self.told(self.try_each_row(pool, time, visit))
    }

    fn try_each_row(
        &self,
        pool: &str,
        time: Range<u64>,
        mut visit: impl FnMut(Row),
    ) -> rusqlite::Result<()> {
        // One view of all tables: a roll-up in between would be missed or counted twice.
        let view = self.connection.unchecked_transaction()?;
        let Some(pool) = pools::known(&view, pool)? else { return Ok(()) };
        for (step, part) in parts(&Marks::read(&view)?, time) {
            each_window(&view, step, pool, part.clone(), &mut |mut window| {
                // Those that the longer ones know must not count twice.
                if step.turnouts().is_some() {
                    *window.turnout = Turnout::default();
                }
                visit(Row::Window(window));
            })?;
            if let Some(longer) = step.turnouts() {
                each_turnout(&view, longer, pool, part, &mut visit)?;
            }
        }
        Ok(())
    }
}

/// What is read of a time.
enum Row {
    Window(PoolWindow),
    /// Who asked in the part of a window that begins then, whose parts were read before.
    Turnout(Step, u64, Box<Turnout>),
}

/// Who asked in the windows that a part of the time touches.
fn each_turnout(
    view: &Connection,
    step: Step,
    pool: i64,
    part: Range<u64>,
    visit: &mut impl FnMut(Row),
) -> rusqlite::Result<()> {
    if part.is_empty() || !schema::has(view, step.table())? {
        return Ok(());
    }
    let length_s = step.length_s();
    let whole = step.slot(part.start)..part.end;
    each_window(view, step, pool, whole, &mut |window| {
        let end_s = window.from_s.saturating_add(length_s).min(part.end);
        let within_s = end_s.saturating_sub(window.from_s.max(part.start));
        let mut turnout = window.turnout;
        if within_s < length_s {
            turnout.scale(within_s as f64 / length_s as f64);
        }
        visit(Row::Turnout(step, window.from_s.max(part.start), turnout));
    })
}

/// Which step is read for which part of a time.
fn parts(marks: &Marks, time: Range<u64>) -> [(Step, Range<u64>); 3] {
    let clamp = |at_s: u64| at_s.max(time.start).min(time.end.max(time.start));
    let tens = clamp(marks.whole(Step::TenSeconds));
    let seconds = clamp(marks.whole(Step::Second)).max(tens);
    [
        (Step::Minute, time.start..tens),
        (Step::TenSeconds, tens..seconds),
        (Step::Second, seconds..time.end),
    ]
}

fn each_window(
    view: &Connection,
    step: Step,
    pool: i64,
    part: Range<u64>,
    visit: &mut impl FnMut(PoolWindow),
) -> rusqlite::Result<()> {
    if part.is_empty() {
        return Ok(());
    }
    let text = format!(
        "SELECT from_s, body FROM {}
         WHERE from_s >= ?1 AND from_s < ?2 AND pool = ?3 ORDER BY from_s",
        step.table()
    );
    let mut statement = view.prepare(&text)?;
    let mut rows = statement.query((sql(part.start), sql(part.end), pool))?;
    while let Some(row) = rows.next()? {
        // A body that cannot be read measures nothing.
        if let Some(window) = decode(seconds(row.get(0)?), row.get_ref(1)?.as_blob()?) {
            visit(window);
        }
    }
    Ok(())
}
