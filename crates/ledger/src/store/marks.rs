//! How far the history is rolled up, and from when on each length of windows is whole.
//!
//! They lie in the database, beside the rows that they speak of, so that a restart, a crash or a
//! second process finds them as true as the rows.

use rusqlite::Connection;

use super::step::{Step, seconds, sql};

/// The marks of a database, as one transaction sees them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Until when windows of a step are sums of all finer ones. By [`Step`]; the finest has none.
    rolled: [u64; 4],
    /// From when on nothing of a step was deleted. By [`Step`]; the coarsest needs none.
    whole: [u64; 4],
    /// Until when minutes do not know any more who asked.
    bare: u64,
}

const BARE: &str = "bare window_1m";

impl Marks {
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Marks> {
        let mut marks = Marks::default();
        let mut statement = connection.prepare("SELECT name, at_s FROM marks")?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            if name == BARE {
                marks.bare = seconds(row.get(1)?);
            }
            for step in Step::ALL {
                if name == rolled_name(step) {
                    marks.rolled[step as usize] = seconds(row.get(1)?);
                } else if name == whole_name(step) {
                    marks.whole[step as usize] = seconds(row.get(1)?);
                }
            }
        }
        Ok(marks)
    }

    /// Writes what differs from `before`.
    pub(super) fn write(&self, before: &Marks, connection: &Connection) -> rusqlite::Result<()> {
        let put = |name: String, now: u64, before: u64| {
            if now == before {
                return Ok(0);
            }
            let sql_text = "INSERT OR REPLACE INTO marks (name, at_s) VALUES (?1, ?2)";
            connection.execute(sql_text, (name, sql(now)))
        };
        put(BARE.to_owned(), self.bare, before.bare)?;
        for step in Step::ALL {
            let at = step as usize;
            put(rolled_name(step), self.rolled[at], before.rolled[at])?;
            put(whole_name(step), self.whole[at], before.whole[at])?;
        }
        Ok(())
    }

    pub(super) fn bare(&self) -> u64 {
        self.bare
    }

    pub(super) fn set_bare(&mut self, until_s: u64) {
        self.bare = until_s;
    }

    pub(super) fn rolled(&self, step: Step) -> u64 {
        self.rolled[step as usize]
    }

    pub(super) fn set_rolled(&mut self, step: Step, until_s: u64) {
        self.rolled[step as usize] = until_s;
    }

    /// A second was written: what was rolled up before it has to be again.
    pub(super) fn touched(&mut self, at_s: u64) {
        for step in [Step::TenSeconds, Step::Minute, Step::TenMinutes] {
            let rolled = &mut self.rolled[step as usize];
            *rolled = step.slot(at_s).min(*rolled);
        }
    }

    /// From when on nothing of a step was deleted.
    pub(super) fn whole(&self, step: Step) -> u64 {
        self.whole[step as usize]
    }

    /// What was before this time was deleted.
    pub(super) fn cut(&mut self, step: Step, at_s: u64) {
        let whole = &mut self.whole[step as usize];
        *whole = at_s.max(*whole);
    }
}

fn rolled_name(step: Step) -> String {
    format!("rolled {}", step.table())
}

fn whole_name(step: Step) -> String {
    format!("whole {}", step.table())
}
