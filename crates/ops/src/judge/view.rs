//! What the conditions of alarms are asked about: one pool, or the process, at a moment.

use config::Difference;
use evenness::diagnosis::Limits;
use evenness::{BindingExcess, BurnState, PoolWindow, TestScore, UnevenFigures};

/// Part of the requests that end badly, and slowest hundredth ÷ usual, from which on users suffer.
const FAILED: f64 = 0.01;
const SLOWER: f64 = 3.0;
/// Requests present ÷ capacity from which on the pool cannot cope: half as many again wait.
pub(crate) const CROWDED: f64 = 1.5;
const ANSWERS_MIN: u64 = 50;

/// One pool at a moment.
pub(crate) struct View<'a> {
    pub(crate) pool: &'a str,
    /// The last ten seconds.
    pub(crate) ten: &'a PoolWindow,
    /// The last two whole tens of seconds, the older first.
    pub(crate) tens: &'a [PoolWindow],
    /// How even the last whole ten seconds were, where they are known.
    pub(crate) unevenness: Option<&'a UnevenFigures>,
    /// What is in force without approval.
    pub(crate) unapproved: &'a [Difference],
    /// The endpoint whose probe changed its mind most often in five minutes.
    pub(crate) flaps: Option<(&'a str, usize)>,
    /// The balancer's limits, the pool's queue among them.
    pub(crate) limits: Limits,
    /// Picks against their propensities.
    pub(crate) picks: TestScore,
    /// New sessions against the approved shares, where the policy follows weights.
    pub(crate) bindings: Option<(TestScore, Option<BindingExcess>)>,
    /// The minutes before trouble began, where it is under way and they are known.
    pub(crate) usual: Option<&'a PoolWindow>,
    /// The minutes before the last one, or before trouble began.
    pub(crate) past: Option<&'a PoolWindow>,
    /// Endpoints came or went, and traffic has not settled yet.
    pub(crate) settles: bool,
    /// What burns: errors, and slow answers where there is a bound for them.
    pub(crate) burns: [Option<BurnState>; 2],
}

impl View<'_> {
    /// The part of the last ten seconds' requests that ended badly.
    pub(crate) fn error_ratio(&self) -> f64 {
        self.ten.errors() as f64 / self.ten.requests.max(1) as f64
    }

    /// Requests present ÷ what the usable endpoints are built for, over ten seconds.
    pub(crate) fn pressure(&self) -> f64 {
        self.ten.filled()
    }

    /// Whether users suffer: errors, or answers far slower than usual.
    pub(crate) fn is_harmful(&self) -> bool {
        let slowest = |window: &PoolWindow| {
            let enough =
                window.endpoints.iter().filter(|(_, e)| e.latencies.count() >= ANSWERS_MIN);
            enough.map(|(_, e)| e.latencies.quantile_s(0.99)).fold(0.0, f64::max)
        };
        let usual_s = self.usual.map(slowest).filter(|&usual_s| usual_s > 0.0);
        let slow = usual_s.is_some_and(|usual_s| slowest(self.ten) > SLOWER * usual_s);
        self.ten.requests >= 20
            && (self.error_ratio() > FAILED || slow || self.pressure() > CROWDED)
    }
}
