//! How fast the error budget of an objective burns, and whether that is worth waking somebody.
//!
//! Multi-window, multi-burn-rate alerts after *The Site Reliability Workbook*, chapter 5: the long
//! window says that it matters, the short one that it still goes on. A pair of its own finds an
//! outage in its first seconds, which an hour's window cannot.

use crate::signal::Severity;

const TICK_S: u64 = 10;
const MINUTE_S: u64 = 60;
/// Ticks and minutes that are kept: ten minutes and three days.
const TICKS: usize = 60;
const MINUTES: usize = 3 * 24 * 60;
/// Where less than this failed, a pair is silent: one failed request of three is no outage.
const BAD_MIN: u64 = 10;
/// Without a request for this long, nothing is known.
const SILENT_S: u64 = 300;
/// Part of the requests of a minute that fails in an outage; ten seconds of total loss are more.
const OUTAGE: f64 = 0.1;
/// No burn rate below this is an outage, whatever part it is.
const OUTAGE_BURN_MIN: f64 = 2.0;
/// This burn rate is an outage, however small a part it is.
const OUTAGE_BURN_MAX: f64 = 100.0;

/// A long and a short window that must both burn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BurnPair {
    /// 1 minute and 10 seconds, at a burn rate that follows from the objective: page.
    Outage,
    /// 1 hour and 5 minutes at 14.4: 2 % of a 30-day budget in an hour; page.
    Fast,
    /// 6 hours and 30 minutes at 6: 5 % in six hours; page.
    Slow,
    /// 3 days and 6 hours at 1: 10 % in three days; ticket.
    Lasting,
}

/// Counts good and bad answers, and judges them by an objective. Takes 70 KB.
#[derive(Clone, Debug)]
pub struct Burn {
    budget: f64,
    /// When the first answer was counted.
    since_s: Option<u64>,
    ticks: Ring,
    minutes: Ring,
}

/// What burns at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BurnState {
    /// Nothing that is worth a word.
    Calm,
    /// Both windows of a pair burn. The most urgent pair is named.
    Burning(Burning),
    /// There was nothing to count in the last five minutes. This is never a pass.
    NoData,
}

/// How fast it burns: 1 spends the budget in just its period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Burning {
    /// The pair of windows.
    pub pair: BurnPair,
    /// The pair's threshold.
    pub limit: f64,
    /// Burn rate in its long window.
    pub long: f64,
    /// Burn rate in its short window.
    pub short: f64,
    /// Bad answers in its long window.
    pub bad: u64,
    /// All answers in its long window.
    pub all: u64,
}

impl BurnPair {
    /// Every pair, the most urgent first.
    pub const ALL: [BurnPair; 4] =
        [BurnPair::Outage, BurnPair::Fast, BurnPair::Slow, BurnPair::Lasting];

    /// Its name in labels and JSON.
    pub fn name(self) -> &'static str {
        match self {
            BurnPair::Outage => "outage",
            BurnPair::Fast => "fast",
            BurnPair::Slow => "slow",
            BurnPair::Lasting => "lasting",
        }
    }

    /// Whether it wakes somebody.
    pub fn severity(self) -> Severity {
        match self {
            BurnPair::Outage | BurnPair::Fast | BurnPair::Slow => Severity::Page,
            BurnPair::Lasting => Severity::Ticket,
        }
    }

    /// Lengths of its long and of its short window, s.
    pub fn windows_s(self) -> (u64, u64) {
        match self {
            BurnPair::Outage => (60, 10),
            BurnPair::Fast => (3_600, 300),
            BurnPair::Slow => (6 * 3_600, 1_800),
            BurnPair::Lasting => (3 * 86_400, 6 * 3_600),
        }
    }

    /// The burn rate that both must reach. `budget` is the part that may be bad.
    fn limit(self, budget: f64) -> f64 {
        match self {
            BurnPair::Outage => (OUTAGE / budget).clamp(OUTAGE_BURN_MIN, OUTAGE_BURN_MAX),
            BurnPair::Fast => 14.4,
            BurnPair::Slow => 6.0,
            BurnPair::Lasting => 1.0,
        }
    }
}

impl Burn {
    /// Judges by an objective: the part of the answers that should be good over 30 days, 0 to 1,
    /// such as 0.999.
    pub fn new(objective: f64) -> Self {
        Burn {
            budget: (1.0 - objective).clamp(1e-9, 1.0),
            since_s: None,
            ticks: Ring::new(TICKS, TICK_S),
            minutes: Ring::new(MINUTES, MINUTE_S),
        }
    }

    /// Counts answers at a time, seconds since the Unix epoch. Those from before the memory are
    /// dropped, so that a store can be played back in any order.
    pub fn note(&mut self, at_s: u64, good: u64, bad: u64) {
        self.since_s = Some(self.since_s.map_or(at_s, |since_s| since_s.min(at_s)));
        self.ticks.note(at_s, good, bad);
        self.minutes.note(at_s, good, bad);
    }

    /// What burns at a time, seconds since the Unix epoch. Windows end with the current ten
    /// seconds or minute, as far as it is; the time before the first answer counts as good.
    pub fn judge(&self, now_s: u64) -> BurnState {
        let (good, bad) = self.sum(now_s, SILENT_S);
        if good + bad == 0 {
            return BurnState::NoData;
        }
        let burning = BurnPair::ALL.into_iter().find_map(|pair| self.pair(pair, now_s));
        burning.map_or(BurnState::Calm, BurnState::Burning)
    }

    /// The burn rate of the last `length_s` seconds; `None` without an answer in them.
    pub fn rate(&self, now_s: u64, length_s: u64) -> Option<f64> {
        let (good, bad) = self.sum(now_s, length_s);
        // A minute after the start, a minute's errors are not those of three days.
        let known_s = now_s.saturating_sub(self.since_s?).saturating_add(1).min(length_s);
        let known = known_s as f64 / length_s.max(1) as f64;
        (good + bad > 0).then(|| bad as f64 / (good + bad) as f64 / self.budget * known)
    }

    fn pair(&self, pair: BurnPair, now_s: u64) -> Option<Burning> {
        let (long_s, short_s) = pair.windows_s();
        let limit = pair.limit(self.budget);
        // The short window first: in calm times it spares the sum of three days.
        let short = self.rate(now_s, short_s).filter(|&short| short >= limit)?;
        let long = self.rate(now_s, long_s).filter(|&long| long >= limit)?;
        let (good, bad) = self.sum(now_s, long_s);
        let burning = Burning { pair, limit, long, short, bad, all: good + bad };
        (bad >= BAD_MIN).then_some(burning)
    }

    fn sum(&self, now_s: u64, length_s: u64) -> (u64, u64) {
        let ring = if length_s < TICKS as u64 * TICK_S { &self.ticks } else { &self.minutes };
        ring.sum(now_s, length_s)
    }
}

impl Burning {
    /// Seconds until the whole budget of 30 days is gone at the long window's rate.
    pub fn spent_in_s(&self) -> f64 {
        30.0 * 86_400.0 / self.long
    }
}

/// Sums over equal stretches of time, the latest ones.
#[derive(Clone, Debug)]
struct Ring {
    step_s: u64,
    /// Number of the latest stretch since the Unix epoch.
    latest: u64,
    cells: Vec<(u64, u64)>,
}

impl Ring {
    fn new(cells: usize, step_s: u64) -> Self {
        Ring { step_s, latest: 0, cells: vec![(0, 0); cells] }
    }

    fn note(&mut self, at_s: u64, good: u64, bad: u64) {
        let (number, kept) = (at_s / self.step_s, self.cells.len() as u64);
        // A clock that was ahead and was set back: what it noted is of no time.
        if number + kept <= self.latest {
            *self = Ring::new(self.cells.len(), self.step_s);
        }
        let fresh = number.saturating_sub(self.latest).min(kept);
        for ahead in 0..fresh {
            let place = self.place(number - ahead);
            self.cells[place] = (0, 0);
        }
        self.latest = self.latest.max(number);
        let place = self.place(number);
        let cell = &mut self.cells[place];
        *cell = (cell.0.saturating_add(good), cell.1.saturating_add(bad));
    }

    /// Sums of the current stretch, as far as it is, and of as many whole ones as the length has.
    fn sum(&self, now_s: u64, length_s: u64) -> (u64, u64) {
        let now = now_s / self.step_s;
        let whole = (length_s / self.step_s).min(self.cells.len() as u64 - 1);
        let first = now.saturating_sub(whole);
        let oldest = (self.latest + 1).saturating_sub(self.cells.len() as u64);
        let numbers = first.max(oldest)..=now.min(self.latest);
        numbers.map(|number| self.cells[self.place(number)]).fold((0u64, 0u64), |sum, cell| {
            (sum.0.saturating_add(cell.0), sum.1.saturating_add(cell.1))
        })
    }

    fn place(&self, number: u64) -> usize {
        (number % self.cells.len() as u64) as usize
    }
}

#[cfg(test)]
mod tests;
