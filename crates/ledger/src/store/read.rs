//! Reads windows back, each part of the time from the finest step that still has all of it.

use std::ops::Range;

use evenness::PoolWindow;
use rusqlite::Connection;

use super::encode::decode;
use super::error::StoreError;
use super::marks::Marks;
use super::open::Store;
use super::pools;
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
        self.each_window(pool, from_s..to_s, |window| windows.push(window))?;
        Ok(windows)
    }

    /// The same, summed to windows of `step_s` that begin at its multiples; where only longer ones
    /// are left, those.
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
        self.each_window(pool, from_s..to_s, |window| match sums.last_mut() {
            Some(sum) if sum.from_s / step_s == window.from_s / step_s => sum.add(&window),
            _ => sums.push(window),
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
        self.each_window(pool, from_s..to_s, |window| match &mut sum {
            Some(sum) => sum.add(&window),
            None => sum = Some(window),
        })?;
        Ok(sum)
    }

    /// The pools that were measured in the last five weeks, by name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn pools(&self) -> Result<Vec<String>, StoreError> {
        self.told(pools::names(&self.connection))
    }

    fn each_window(
        &self,
        pool: &str,
        time: Range<u64>,
        visit: impl FnMut(PoolWindow),
    ) -> Result<(), StoreError> {
        self.told(self.try_each_window(pool, time, visit))
    }

    fn try_each_window(
        &self,
        pool: &str,
        time: Range<u64>,
        mut visit: impl FnMut(PoolWindow),
    ) -> rusqlite::Result<()> {
        // One view of all tables: a roll-up in between would be missed or counted twice.
        let view = self.connection.unchecked_transaction()?;
        let Some(pool) = pools::known(&view, pool)? else { return Ok(()) };
        for (step, part) in parts(&Marks::read(&view)?, time) {
            each_row(&view, step, pool, part, &mut visit)?;
        }
        Ok(())
    }
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

fn each_row(
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
