//! What the conditions of alarms are asked about: one pool, or the process, at a moment.

use config::Difference;
use evenness::diagnosis::Limits;
use evenness::{
    BindingExcess, BurnState, EndpointWindow, PoolWindow, TestScore, UnevenFigures, is_slow,
};

/// Part of the requests that end badly, and slowest hundredth ÷ usual, from which on users suffer.
const FAILED: f64 = 0.01;
const SLOWER: f64 = 3.0;
const ANSWERS_MIN: u64 = 50;
/// Fewer bad ends in ten seconds are a blip, whatever part of the requests they are.
const BAD_MIN: u64 = 10;

/// One pool at a moment.
pub(crate) struct View<'a> {
    pub(crate) pool: &'a str,
    /// The last ten seconds.
    pub(crate) ten: &'a PoolWindow,
    /// The ten seconds before those, where they are known.
    pub(crate) ten_before: Option<&'a PoolWindow>,
    /// The last two whole tens of seconds, the older first.
    pub(crate) tens: &'a [PoolWindow],
    /// How even the last whole ten seconds were, where they are known.
    pub(crate) unevenness: Option<&'a UnevenFigures>,
    /// Requests that come as one, as those of one client do: 1 where nothing is known.
    pub(crate) deff: f64,
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
    /// More requests have been under way than can be served, for longer than a burst takes.
    pub(crate) is_overfull: bool,
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
        let enough = |e: &EndpointWindow| e.latencies.count() >= ANSWERS_MIN;
        let usual_s = self.usual.map_or(0.0, |usual| {
            let all = usual.endpoints.iter().filter(|(_, e)| enough(e));
            all.map(|(_, e)| e.latencies.quantile_spread_s(0.99)).fold(0.0, f64::max)
        });
        let mut endpoints = self.ten.endpoints.iter().filter(|(_, e)| enough(e));
        let slow = endpoints.any(|(_, e)| is_slow(&e.latencies, usual_s, SLOWER));
        let fails = self.ten.errors() >= BAD_MIN && self.error_ratio() > FAILED;
        fails || slow || self.is_overfull
    }
}
