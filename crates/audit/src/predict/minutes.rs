//! What servers get minute by minute, in bounded memory.

use super::prediction::Minute;

/// Values that are kept for each pool. With more, two minutes become one row, then four.
const VALUES_MAX: usize = 200_000;

/// Rows of a play, the earliest first.
#[derive(Clone, Debug)]
pub(super) struct Minutes {
    rows: Vec<Row>,
    /// Minutes that a row stands for.
    step: i64,
}

#[derive(Clone, Debug)]
struct Row {
    minute: i64,
    counts: Vec<f32>,
    busy_s: Vec<f32>,
}

impl Default for Minutes {
    fn default() -> Minutes {
        Minutes { rows: Vec::new(), step: 1 }
    }
}

impl Minutes {
    /// Adds a minute that is over.
    pub(super) fn add(&mut self, minute: i64, counts: &[f64], busy_s: &[f64]) {
        let short = |values: &[f64]| values.iter().map(|value| *value as f32).collect();
        let minute = minute.div_euclid(self.step) * self.step;
        let row = Row { minute, counts: short(counts), busy_s: short(busy_s) };
        match self.rows.last_mut().filter(|last| last.minute >= minute) {
            Some(last) => last.add(&row),
            None => self.rows.push(row),
        }
        let rows_max = (VALUES_MAX / counts.len().max(1)).max(2);
        while self.rows.len() > rows_max {
            self.fold();
        }
    }

    fn fold(&mut self) {
        self.step *= 2;
        let mut folded: Vec<Row> = Vec::with_capacity(self.rows.len() / 2 + 1);
        for mut row in std::mem::take(&mut self.rows) {
            row.minute = row.minute.div_euclid(self.step) * self.step;
            match folded.last_mut().filter(|last| last.minute == row.minute) {
                Some(last) => last.add(&row),
                None => folded.push(row),
            }
        }
        self.rows = folded;
    }

    /// Minutes that a row stands for.
    pub(super) fn step(&self) -> u32 {
        u32::try_from(self.step).unwrap_or(u32::MAX)
    }

    /// Shares and pressure; `scale` turns seconds of requests in a minute into pressure.
    pub(super) fn told(&self, scale: &[f64]) -> Vec<Minute> {
        let told = |row: &Row| {
            let total: f32 = row.counts.iter().sum();
            let share = |count: &f32| f64::from(*count) / f64::from(total.max(1.0));
            let pressure =
                |(busy_s, scale): (&f32, &f64)| f64::from(*busy_s) * scale / self.step as f64;
            Minute {
                minute: row.minute,
                shares: row.counts.iter().map(share).collect(),
                pressure: row.busy_s.iter().zip(scale).map(pressure).collect(),
            }
        };
        self.rows.iter().map(told).collect()
    }
}

impl Row {
    fn add(&mut self, other: &Row) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(sum, more)| *sum += more);
        self.busy_s.iter_mut().zip(&other.busy_s).for_each(|(sum, more)| *sum += more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_have_shares_and_pressure() {
        let mut minutes = Minutes::default();
        minutes.add(7, &[3.0, 1.0], &[60.0, 30.0]);
        minutes.add(9, &[0.0, 2.0], &[0.0, 6.0]);
        minutes.add(8, &[0.0, 2.0], &[0.0, 6.0]);
        let told = minutes.told(&[0.5 / 60.0, 1.0 / 60.0]);
        assert_eq!((told.len(), told[0].minute, told[1].minute), (2, 7, 9));
        assert_eq!(told[0].shares, [0.75, 0.25]);
        assert_eq!(told[0].pressure, [0.5, 0.5]);
        assert_eq!(told[1].pressure, [0.0, 0.2]);
    }

    /// Goal: a log of years stays in memory. Method: more minutes than are kept.
    #[test]
    fn many_minutes_become_fewer_rows() {
        let mut minutes = Minutes::default();
        let count = VALUES_MAX as i64 * 2 / 100;
        for minute in 0..count {
            minutes.add(minute, &[1.0; 100], &[6.0; 100]);
        }
        assert!(minutes.rows.len() * 100 <= VALUES_MAX, "{}", minutes.rows.len());
        assert!(minutes.step() >= 2);
        let told = minutes.told(&[1.0; 100]);
        assert!((told[0].pressure[0] - 6.0).abs() < 1e-6 && told[0].shares[0] < 0.011);
    }
}
