//! What a diagnosis is made from.

use crate::cause::Cause;
use crate::window::PoolWindow;

/// A change is held to be the cause of what begins within so long after it, seconds.
pub(super) const LATELY_S: f64 = 600.0;

/// Everything known of one pool at one moment. What is absent is not known, which is no evidence
/// for anything.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The stretch that is looked at: the last ten seconds or the last minute.
    pub now: &'a PoolWindow,
    /// The end of it, as short as it was measured: what is in force at the moment.
    pub latest: &'a PoolWindow,
    /// The same pool when all was well: minutes that ended before the trouble began.
    pub usual: Option<&'a PoolWindow>,
    /// Requests per second that the same hour of past weeks promises, first attempts only.
    pub expected_rate: Option<f64>,
    /// What was changed, and when.
    pub changes: &'a [Change],
    /// For how long before the moment every change is known, seconds; 0 where nobody knows.
    pub changes_known_s: f64,
    /// What the firewall saw.
    pub firewall: Firewall,
    /// The balancer's own limits, where they are known.
    pub limits: Option<Limits>,
}

/// A change on the timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its number on the timeline, by which people speak of it; 0: it has none.
    pub number: u64,
    /// Seconds before the trouble began or grew worse, or before the moment that is looked at;
    /// negative: seconds after the trouble's first sign, later than anything that went wrong.
    pub ago_s: f64,
    /// What it would be the cause of, where it is.
    pub layer: Option<Cause>,
    /// Who made it; empty where nobody knows.
    pub who: String,
    /// What it was, as one reads it in a sentence.
    pub what: String,
}

impl Change {
    /// As one reads it in a list.
    pub(super) fn told(&self) -> String {
        let by = if self.who.is_empty() { "" } else { " by " };
        let number = match self.number {
            0 => String::new(),
            number => format!(" (change {number})"),
        };
        let when = match self.ago_s < 0.0 {
            true => format!("{:.0} s after it began", -self.ago_s),
            false => format!("{:.0} s before", self.ago_s),
        };
        format!("{when}: {}{by}{}{number}", self.what, self.who)
    }
}

/// What the firewall's logs say of the stretch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Firewall {
    /// The part of the stretch that its logs cover, 0 to 1; 0 where there are none.
    pub coverage: f64,
    /// Packets or flows that it dropped, per second.
    pub drops_rate: f64,
    /// The same when all was well; `None` where nobody knows.
    pub usual_drops_rate: Option<f64>,
    /// Sources that were dropped.
    pub sources: f64,
    /// Its logs leave lines out when there are many, so that few lines do not mean few packets.
    pub is_limited: bool,
}

impl Firewall {
    /// Part of the stretch that has to be covered.
    const COVERED: f64 = 0.8;

    /// Whether silence of its logs would mean something.
    pub(super) fn is_watching(&self) -> bool {
        self.coverage >= Firewall::COVERED && !self.is_limited
    }

    /// Whether its logs tell of enough of the stretch.
    pub(super) fn is_covered(&self) -> bool {
        self.coverage >= Firewall::COVERED
    }
}

/// The balancer's own limits, as the part of each that is used, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// Client connections.
    pub connections: f64,
    /// Processor time of all workers.
    pub cpu: f64,
    /// Places in the pool's queue.
    pub queue: f64,
}

impl Limits {
    /// The one that is nearest.
    pub fn nearest(&self) -> (&'static str, f64) {
        let all = [
            ("client connections", self.connections),
            ("processor time of the workers", self.cpu),
            ("places in the queue", self.queue),
        ];
        all.into_iter().fold(all[0], |most, next| if next.1 > most.1 { next } else { most })
    }
}

impl Case<'_> {
    /// First attempts of users per second: what they want, however often they have to ask.
    pub fn demand_rate(&self) -> Option<f64> {
        demand_rate(self.now)
    }

    /// Demand ÷ what is expected: by past weeks, else by the minutes before.
    pub fn demand_ratio(&self) -> Option<(f64, &'static str)> {
        let now = self.demand_rate()?;
        if let Some(expected) = self.expected_rate.filter(|&rate| rate > 0.0) {
            return Some((now / expected, "the same hour of past weeks"));
        }
        let usual = demand_rate(self.usual?).filter(|&rate| rate > 0.0)?;
        Some((now / usual, "the minutes before (no baseline of past weeks yet)"))
    }

    /// Relative variance of what newcomers ask for: all that one client sends goes where that
    /// client is, and where those are who were not there before is chance. An endpoint with a part
    /// of *d* has (1 − d) ÷ d times as much.
    pub(super) fn scatter(&self) -> f64 {
        let grown = self.demand_rate().zip(self.usual.and_then(demand_rate));
        let newcomers = grown.map_or(0.0, |(now, usual)| 1.0 - usual / now.max(usual));
        newcomers * self.now.clients.concentration
    }

    /// The latest change of a layer within the ten minutes before.
    pub fn change(&self, layer: Cause) -> Option<&Change> {
        let of = self.changes.iter().filter(|change| change.layer == Some(layer));
        let all = of.filter(|change| (0.0..=LATELY_S).contains(&change.ago_s));
        all.min_by(|a, b| a.ago_s.total_cmp(&b.ago_s))
    }

    /// Whether a layer is known not to have been changed in the ten minutes before, nor since.
    pub fn is_unchanged(&self, layer: Cause) -> bool {
        let of = |change: &Change| change.layer == Some(layer) && change.ago_s <= LATELY_S;
        self.changes_known_s >= LATELY_S && !self.changes.iter().any(of)
    }
}

/// Requests below which a rate is chance.
const REQUESTS_MIN: u64 = 50;

fn demand_rate(window: &PoolWindow) -> Option<f64> {
    let first = window.requests.saturating_sub(window.asked_again);
    let enough = window.length_s > 0.0 && window.requests >= REQUESTS_MIN;
    enough.then(|| first as f64 / window.length_s)
}
